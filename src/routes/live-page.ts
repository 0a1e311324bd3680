import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { whenStuck } from '../cable/slow-readers.ts';
import { CUT, GrowingReply } from '../chat/growing-reply.ts';
import { markReadAndAnnounce } from '../chat/read-conversation.ts';
import { watchReply } from '../chat/watch-reply.ts';
import type { Dependencies } from '../dependencies.ts';
import { AS_IT_COMES } from '../http/as-it-comes.ts';
import type { Message } from '../models/message.ts';
import type { Conversation } from '../schema.ts';
import { isOpen } from '../views.ts';
import { conversationPage } from './chat-page.ts';
import { livePath } from './path-to-conversation.ts';

type Deps = Pick<Dependencies, 'db' | 'broadcaster' | 'model' | 'secretKey'>;

/** Shows a conversation whose reply is being written. @throws NotFound */
type ShowLive = (
  reply: FastifyReply,
  shown: { readonly userId: string; readonly id: string },
) => Promise<FastifyReply>;

/** Proxies cut what is silent for long. */
const SIGN_OF_LIFE_MS = 10_000;
/** How soon a browser asks again for what the end of the process has cut short: where the next one is not there yet, it stays on its own page of the error. */
const RESTART_S = 5;

/** Who is sent away when the process ends must not come back to it. */
const HEADERS = { ...AS_IT_COMES, connection: 'close' };

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
    whenStuck(reply.raw, () => reply.raw.destroy());
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
  deps: Deps,
  conversation: Conversation,
  growing: Message,
  html: string,
  { left, closing }: Signals,
): AsyncGenerator<string, void, void> {
  const [before = '', after = ''] = html.split(CUT);
  const reply = new GrowingReply();
  yield before + reply.begin(growing);
  let lastSign = performance.now();
  for await (const now of watchReply(deps, conversation, growing.id, AbortSignal.any([left, closing]))) {
    if (now !== 'unchanged' && !(now && isOpen(now))) {
      const rest = now && reply.end(now);
      if (rest === undefined) return yield loadAnew(conversation, 0);
      await markReadAndAnnounce(deps, conversation.id);
      return yield rest + after;
    }
    const added = now === 'unchanged' ? '' : reply.grow(now);
    if (!added && performance.now() - lastSign <= SIGN_OF_LIFE_MS) continue;
    yield added || '\n';
    lastSign = performance.now();
  }
  if (closing.aborted) yield loadAnew(conversation, RESTART_S);
}

/** Browsers wait for the end of a document before they do this, so it can only be said at the end. */
function loadAnew({ id }: Conversation, seconds: number): string {
  return `<meta http-equiv="refresh" content="${seconds}; url=${livePath(id)}">`;
}
