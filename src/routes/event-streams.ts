import { fastifySSE } from '@fastify/sse';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { cleanQuestion } from '../chat/question-text.ts';
import type { Dependencies } from '../dependencies.ts';
import { Refusal } from '../errors.ts';
import { askModel } from '../event-streams/ask-model.ts';
import { EventStream, isReconnecting, wholeStream } from '../event-streams/event-stream.ts';
import type { HistoryMessage } from '../event-streams/events.ts';
import { readHistory } from '../event-streams/history.ts';
import { tellReply } from '../event-streams/tell-reply.ts';
import { accumulated, deltas, type Wording } from '../event-streams/wordings.ts';
import { textQuery } from '../http/schemas.ts';
import { userOf } from '../http/sessions.ts';
import { findBot } from '../models/bot.ts';
import { DEFAULT_BOT_ID } from '../models/built-in-bots.ts';

/** What is asked: of whom, and what was said before. */
interface Question {
  readonly bot: string | undefined;
  readonly history: readonly HistoryMessage[];
}

interface ChatQuestion {
  readonly bot?: string;
  readonly messages?: unknown;
}

const HEARTBEAT_MS = 15_000;
const PATIENCE_MS = 60_000;
/** As much as servers and proxies take for an address without being told. */
const LONGEST_URL = 8_000;

/** The model's replies as plain event streams. Nothing of them is saved. */
export async function eventStreamRoutes(
  app: FastifyInstance,
  deps: Pick<Dependencies, 'db' | 'model' | 'log'>,
  { heartbeatMs = HEARTBEAT_MS, patienceMs = PATIENCE_MS } = {},
): Promise<void> {
  const closing = new AbortController();
  app.addHook('preClose', async () => closing.abort());
  await app.register(fastifySSE, { heartbeatInterval: heartbeatMs });

  app.get<{ Querystring: { prompt?: string; bot?: string } }>(
    '/v1/completions/live_stream',
    {
      ...streamOf(accumulated),
      schema: { querystring: textQuery('prompt', 'bot', 'tab') },
      onRequest: refuseLongUrl,
    },
    async (request, reply) =>
      answer(request, reply, accumulated, () => ({
        bot: request.query.bot,
        history: [{ role: 'user', content: cleanQuestion(request.query.prompt ?? '') }],
      })),
  );

  app.get<{ Querystring: ChatQuestion }>(
    '/chat',
    {
      ...streamOf(deltas),
      schema: { querystring: textQuery('bot', 'messages', 'tab') },
      onRequest: refuseLongUrl,
    },
    async (request, reply) => answer(request, reply, deltas, () => chatQuestion(request.query)),
  );

  app.post<{ Body: ChatQuestion }>(
    '/chat',
    { ...streamOf(deltas), schema: { body: CHAT_BODY } },
    async (request, reply) => answer(request, reply, deltas, () => chatQuestion(request.body)),
  );

  /** Refusals too are told as events: an `EventSource` shows neither a status nor a page. */
  async function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    wording: Wording,
    read: () => Question,
  ): Promise<FastifyReply | undefined> {
    if (isReconnecting(request)) return reply.code(204).send();
    await tellReply(
      new EventStream(reply, { closing: closing.signal, patienceMs }),
      wording,
      async function* (gone) {
        const { bot, history } = read();
        const asked = await findBot(deps.db, userOf(request).id, bot ?? DEFAULT_BOT_ID);
        await app.limitAsking(request, reply);
        yield* askModel(deps, asked, history, gone);
      },
      deps.log,
    );
    return undefined;
  }
}

function chatQuestion({ bot, messages }: ChatQuestion): Question {
  return { bot, history: readHistory(messages) };
}

/** A list as JSON, or as text in a form. */
const CHAT_BODY = { type: 'object', properties: { bot: { type: 'string' }, messages: {} } } as const;

/** What both endpoints are to Fastify. A HEAD request would ask the model as well; `curl --json` accepts only JSON. */
function streamOf(wording: Wording) {
  return {
    sse: 'manual',
    exposeHeadRoute: false,
    config: { staysOpen: true },
    errorHandler: (error: FastifyError, _request: FastifyRequest, reply: FastifyReply) => {
      // Another site, an address that is too long, a fault of ours: these are no event streams.
      if (error instanceof Refusal || (error.statusCode ?? 500) >= 500) throw error;
      const { status, sentence } = unreadable(error);
      return reply
        .type('text/event-stream')
        .send(wholeStream([wording.error(status, sentence), wording.end]));
    },
  } as const;
}

function unreadable({ statusCode = 400, validation }: FastifyError): { status: number; sentence: string } {
  if (statusCode === 413) return { status: 413, sentence: 'This is more than the server takes at once.' };
  if (validation?.some(({ instancePath }) => instancePath))
    return { status: 422, sentence: '"bot" must be a name, and what is asked a text.' };
  return { status: statusCode, sentence: 'This could not be read. Send JSON, or a form.' };
}

async function refuseLongUrl({ url }: FastifyRequest): Promise<void> {
  if (url.length > LONGEST_URL)
    throw new UrlTooLong('This is too long for an address. Send it to /chat by POST.');
}

class UrlTooLong extends Refusal {
  override readonly status = 414;
}
