import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { conversationStream } from '../chat/broadcasts.ts';
import { Doorbell } from '../chat/doorbell.ts';
import { CUT, GrowingReply } from '../chat/growing-reply.ts';
import { announceReading } from '../chat/read-conversation.ts';
import type { Dependencies } from '../dependencies.ts';
import { lookUpConversation } from '../models/conversation.ts';
import { findMessage, type Message } from '../models/message.ts';
import type { Conversation } from '../schema.ts';
import { isOpen } from '../views.ts';
import { conversationPage } from './chat-page.ts';
import { livePath } from './path-to-conversation.ts';

type Deps = Pick<Dependencies, 'db' | 'broadcaster' | 'model' | 'secretKey'>;

/** Shows a conversation whose reply is being written. @throws NotFound */
export type ShowLive = (
  reply: FastifyReply,
  shown: { readonly userId: string; readonly id: string },
) => Promise<FastifyReply>;

/** How soon after one look at the row the next one may come, and how late it comes when nothing is heard. */
const LOOK_MS = 250;
const LONGEST_REST_MS = 2_000;
/** Proxies cut what is silent for long. */
const SIGN_OF_LIFE_MS = 10_000;
/** Node looks so often whether a socket has taken anything; one that has not, from one look to the next, has left. */
const PATIENCE_MS = 15_000;
/** How soon a browser asks again for what the end of the process has cut short. */
const RESTART_S = 1;

/** Nobody on the way may hold anything back. And who is sent away when the process ends must not come back to it. */
const HEADERS = {
  'x-accel-buffering': 'no',
  'cache-control': 'private, no-store, no-transform',
  connection: 'close',
};

/**
 * Pages for browsers that run no scripts: the document stays open, the blocks of the reply arrive in it as they settle,
 * and it ends with the reply. When it cannot be ended so, its last word makes the browser load it anew.
 */
export function livePages(app: FastifyInstance, deps: Deps): ShowLive {
  const closing = new AbortController();
  app.addHook('preClose', async () => closing.abort());

  return async (reply, shown) => {
    const { messages, ...page } = await conversationPage(deps, shown);
    const growing = messages.at(-1);
    if (!growing || !isOpen(growing)) return reply.redirect(`/conversations/${shown.id}`);
    const html = await reply.viewAsync('conversations/show', {
      ...page,
      messages: messages.slice(0, -1),
      growing: CUT,
    });
    const left = new AbortController();
    reply.raw.once('close', () => left.abort());
    reply.raw.setTimeout(PATIENCE_MS);
    reply.headers(HEADERS);
    const signals = { left: left.signal, closing: closing.signal };
    return reply.send(Readable.from(growingPage(deps, page.conversation, growing, html, signals)));
  };
}

interface Signals {
  /** The reader has left. */
  readonly left: AbortSignal;
  /** The process is about to end. */
  readonly closing: AbortSignal;
}

/** The parts of the document, as they come. What a reader does not take yet is not drawn either. */
async function* growingPage(
  { db, broadcaster }: Deps,
  conversation: Conversation,
  growing: Message,
  html: string,
  { left, closing }: Signals,
): AsyncGenerator<string, void, void> {
  const [before = '', after = ''] = html.split(CUT);
  const reply = new GrowingReply();
  const bell = new Doorbell();
  const ring = () => bell.ring();
  const over = AbortSignal.any([left, closing]);
  over.addEventListener('abort', ring);
  const stream = conversationStream(conversation.id);
  const unsubscribe = await broadcaster.subscribe(stream, { receive: ring, missed: ring });
  try {
    yield before + reply.begin(growing);
    for (let lastSign = performance.now(); !over.aborted; ) {
      const now = await look(db, conversation, growing);
      if (!now || !isOpen(now)) {
        const rest = now && reply.end(now);
        if (rest === undefined) return yield loadAnew(conversation, 0);
        await announceReading({ db, broadcaster }, conversation.id);
        return yield rest + after;
      }
      const added = reply.grow(now);
      const isSilent = performance.now() - lastSign > SIGN_OF_LIFE_MS;
      if (added || isSilent) {
        yield added || '\n';
        lastSign = performance.now();
      }
      await delay(LOOK_MS);
      await bell.wait(LONGEST_REST_MS);
    }
    if (closing.aborted) yield loadAnew(conversation, RESTART_S);
  } finally {
    await unsubscribe();
  }
}

/** The reply as it is now; `undefined` where the page around it is no longer right. */
async function look(
  db: Deps['db'],
  { id, user_id, list_version }: Conversation,
  growing: Message,
): Promise<Message | undefined> {
  const now = await lookUpConversation(db, user_id, id);
  return now?.list_version === list_version ? await findMessage(db, growing.id) : undefined;
}

/** Browsers wait for the end of a document before they do this, so it can only be said at the end. */
function loadAnew({ id }: Conversation, seconds: number): string {
  return `<meta http-equiv="refresh" content="${seconds}; url=${livePath(id)}">`;
}
