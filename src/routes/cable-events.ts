import { finished } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { EventSubscription } from '../cable/event-subscription.ts';
import { openReaders } from '../cable/readers.ts';
import { streamsChannel } from '../channels.ts';
import type { Dependencies } from '../dependencies.ts';
import { Forbidden } from '../errors.ts';
import { textQuery } from '../http/schemas.ts';
import { userOf } from '../http/sessions.ts';
import { sendTurboStream } from '../turbo/negotiation.ts';
import { verifyStreamName } from '../turbo/signed-stream-name.ts';

/** As much as on the WebSocket. */
const MAX_CATCH_UP_BYTES = 1024 * 1024;

interface StreamQuery {
  readonly stream?: string;
}

/** What a page says it shows: the list's version, and the version of each item. */
interface CatchUpBody {
  readonly list: number;
  readonly seen: Readonly<Record<string, number>>;
}

/** The way of pages whose WebSocket is blocked: the same frames as an event stream, and the catch-up as an answer. */
export function cableEventRoutes(
  app: FastifyInstance,
  deps: Pick<Dependencies, 'db' | 'broadcaster' | 'secretKey'>,
): void {
  const subscribing = { ...deps, channel: streamsChannel(deps.db) };
  const readers = openReaders();
  app.addHook('preClose', async () => readers.close());

  app.get<{ Querystring: StreamQuery }>(
    '/cable/events',
    {
      schema: { querystring: textQuery('stream', 'tab') },
      exposeHeadRoute: false,
      config: { session: 'existing', staysOpen: true },
    },
    async (request, reply) => {
      const { id } = userOf(request);
      const subscription = await EventSubscription.open(subscribing, reply, id, streamOf(request.query));
      if (!subscription) throw notAllowed();
      finished(reply.raw, readers.add(subscription));
    },
  );

  app.post<{ Querystring: StreamQuery; Body: CatchUpBody }>(
    '/cable/catch_up',
    {
      schema: { querystring: textQuery('stream', 'tab'), body: CATCH_UP_BODY },
      bodyLimit: MAX_CATCH_UP_BYTES,
      config: { session: 'existing', isCounted: true },
    },
    async (request, reply) => {
      const { list, seen } = request.body;
      const versions = new Map(Object.entries(seen));
      const stream = streamOf(request.query);
      const html = await subscribing.channel.catchUp(userOf(request).id, stream, { list, versions });
      if (html === undefined) throw notAllowed();
      return sendTurboStream(reply, html);
    },
  );

  /** @throws Forbidden where the name is not one that this program signed */
  function streamOf({ stream = '' }: StreamQuery): string {
    const name = verifyStreamName(deps.secretKey, stream);
    if (name === undefined) throw notAllowed();
    return name;
  }
}

function notAllowed(): Forbidden {
  return new Forbidden('This cannot be followed, or not any more. Load the page anew.');
}

const CATCH_UP_BODY = {
  type: 'object',
  required: ['list', 'seen'],
  properties: {
    list: { type: 'number' },
    seen: { type: 'object', additionalProperties: { type: 'number' } },
  },
} as const;
