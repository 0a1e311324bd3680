import { finished } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { drawEvent, EventConnection } from '../cable/event-connection.ts';
import { Frames } from '../cable/frames.ts';
import { LARGEST_COMMAND_BYTES, readCatchUp } from '../cable/protocol.ts';
import { openReaders } from '../cable/readers.ts';
import { streamsChannel } from '../channels.ts';
import type { Dependencies } from '../dependencies.ts';
import { Forbidden, Invalid } from '../errors.ts';
import { AS_IT_COMES } from '../http/as-it-comes.ts';
import { textQuery } from '../http/schemas.ts';
import { userOf } from '../http/sessions.ts';
import { sendTurboStream } from '../turbo/negotiation.ts';
import { verifyStreamName } from '../turbo/signed-stream-name.ts';

/** Tells a page that it is this program that answers, perhaps refuses, and nothing on the way to it. */
const SIGNATURE = { 'cable-server': 'parley' };

/** A page follows two streams. */
const MOST_STREAMS = 10;

interface EventsQuery {
  readonly stream: readonly string[];
}

interface StreamQuery {
  readonly stream?: string;
}

/**
 * The way of pages whose WebSocket is blocked: the same frames, of all their streams, as one event stream, and the
 * catch-up as an answer.
 */
export function cableEventRoutes(
  app: FastifyInstance,
  deps: Pick<Dependencies, 'db' | 'broadcaster' | 'secretKey' | 'traffic'>,
): void {
  const subscribing = { ...deps, channel: streamsChannel(deps.db), frames: new Frames(drawEvent) };
  const readers = openReaders();
  app.addHook('preClose', async () => readers.close());

  app.get<{ Querystring: EventsQuery }>(
    '/cable/events',
    {
      onRequest: sign,
      schema: { querystring: EVENTS_QUERY },
      exposeHeadRoute: false,
      config: { session: 'existing', staysOpen: true },
    },
    async (request, reply) => {
      const { id } = userOf(request);
      reply.headers(AS_IT_COMES);
      const connection = await EventConnection.open(subscribing, reply, id, request.query.stream);
      if (!connection) throw notAllowed();
      finished(reply.raw, readers.add(connection));
      finished(reply.raw, deps.traffic.open('event_stream', request.socket));
    },
  );

  app.post<{ Querystring: StreamQuery }>(
    '/cable/catch_up',
    {
      onRequest: sign,
      schema: { querystring: textQuery('stream', 'tab') },
      bodyLimit: LARGEST_COMMAND_BYTES,
      config: { session: 'existing', isCounted: true },
    },
    async (request, reply) => {
      const asked = readCatchUp(request.body);
      if (!asked) throw new Invalid('This catch-up could not be read.');
      const html = await subscribing.channel.catchUp(userOf(request).id, streamOf(request.query), asked.seen);
      if (html === undefined) throw notAllowed();
      deps.traffic.caughtUp(asked.cause);
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

async function sign(_request: unknown, reply: FastifyReply): Promise<void> {
  reply.headers(SIGNATURE);
}

function notAllowed(): Forbidden {
  return new Forbidden('This cannot be followed, or not any more. Load the page anew.');
}

const EVENTS_QUERY = {
  type: 'object',
  properties: {
    stream: { type: 'array', items: { type: 'string' }, maxItems: MOST_STREAMS, default: [] },
    tab: { type: 'string' },
  },
} as const;
