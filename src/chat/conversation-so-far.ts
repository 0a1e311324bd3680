import type { Dependencies } from '../dependencies.ts';
import { mostCharacters } from '../llm/estimate-tokens.ts';
import type { ChatMessage } from '../llm/model.ts';
import { moveMemoryStart } from '../models/memory.ts';
import { findPath, loadSaid, type Said } from '../models/path.ts';
import { renewLease } from '../models/reply.ts';
import { inTurn } from '../models/transactions.ts';
import type { Bot } from '../schema.ts';
import { announceMessage } from './broadcasts.ts';
import { newestThatFit } from './context.ts';
import type { ReplyWriter } from './reply-writer.ts';

type Deps = Pick<Dependencies, 'db' | 'broadcaster' | 'model'>;

/** Whose instructions count, which model is to be asked (or the one that is set), and the most that it may write. */
interface Asked {
  readonly bot: Pick<Bot, 'instructions'>;
  readonly model: string | undefined;
  readonly maxTokens: number | undefined;
}

/**
 * What the model is given: the bot's instructions, then the messages before the reply that have text, as far back as it
 * can remember, at last what the reply has already. Pages are told where its memory begins.
 * @returns `undefined` when the reply is no longer this run's to write
 */
export async function conversationSoFar(
  deps: Deps,
  { run, reply }: Pick<ReplyWriter, 'run' | 'reply'>,
  { bot, model, maxTokens: replyTokens }: Asked,
): Promise<ChatMessage[] | undefined> {
  const contextTokens = await deps.model.contextTokens(model);
  const before = await loadSaid(deps.db, reply.parent_id, mostCharacters(contextTokens));
  const said = [...before, reply].filter(({ content }) => content !== '');
  const instructions = said.at(-1) === reply ? `${bot.instructions}\n\n${GO_ON}` : bot.instructions;
  const remembered = newestThatFit(said, { contextTokens, replyTokens, instructions });
  if (!(await markMemory(deps, { run, reply }, remembered[0]))) return undefined;
  return [
    { role: 'system', content: instructions },
    ...remembered.map(({ role, content }) => ({ role, content })),
  ];
}

/**
 * Only a message that has others before it is marked. A mark on one of another branch goes without a word: no page shows
 * it. @returns whether the reply still is this run's
 */
async function markMemory(
  deps: Deps,
  { run, reply }: Pick<ReplyWriter, 'run' | 'reply'>,
  first: Said | undefined,
): Promise<boolean> {
  const start = first?.parent_id ? first.id : null;
  const moved = await inTurn(
    deps.db,
    { conversationId: reply.conversation_id },
    async trx => (await renewLease(trx, run)) && (await moveMemoryStart(trx, reply.conversation_id, start)),
  );
  if (!moved) return false;
  const path = moved.length > 0 ? await findPath(deps.db, reply.parent_id) : [];
  for (const { id } of path) if (moved.includes(id)) await announceMessage(deps, id);
  return true;
}

/** Many servers take an assistant's message at the end for a finished one, and would begin another. */
const GO_ON =
  'Your last message broke off. Go on from exactly where it ends, in mid-sentence or mid-word if it ends there: repeat nothing of it, and write no introduction.';
