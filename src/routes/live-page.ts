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
/** What the next process may take to begin. */
const START_S = 10;

/** Who is sent away when the process ends must not come back to it. */
const HEADERS = { ...AS_IT_COMES, connection: 'close' };

/**
 * Pages for browsers that run no scripts: the document stays open, the blocks of the reply arrive in it as they settle,
 * and it ends with the reply. When it cannot be ended so, its last word makes the browser load it anew; where the process
 * ends, not before the next one is sure to be there, for a browser that finds nobody stays on its own page of the error.
 * @param graceSeconds what the process may take to end
 */
export function livePages(app: FastifyInstance, deps: Deps, graceSeconds: number): ShowLive {
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
    const restartSeconds = graceSeconds + START_S;
    const ends = { left: left.signal, closing: closing.signal, restartSeconds };
    return reply.send(Readable.from(growingPage(deps, page.conversation, growing, html, ends)));
  };
}

/** What ends the document before the reply. */
interface Ends {
  /** The reader has left. */
  readonly left: AbortSignal;
  /** The process is about to end. */
  readonly closing: AbortSignal;
  /** How long it takes until the next one is there. */
  readonly restartSeconds: number;
}

/** The parts of the document, as they come. What a reader does not take yet is not drawn either. */
async function* growingPage(
  deps: Deps,
  conversation: Conversation,
  growing: Message,
  html: string,
  { left, closing, restartSeconds }: Ends,
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
  if (closing.aborted) yield loadAnew(conversation, restartSeconds);
}

/** Browsers wait for the end of a document before they do this, so it can only be said at the end. */
function loadAnew({ id }: Conversation, seconds: number): string {
  return `<meta http-equiv="refresh" content="${seconds}; url=${livePath(id)}">`;
}
