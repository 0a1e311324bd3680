import type { Database } from '../database.ts';
import type { Dependencies } from '../dependencies.ts';
import { findBot } from '../models/bot.ts';
import { findConversation, renameConversation } from '../models/conversation.ts';
import { findMessage, findQuestion } from '../models/message.ts';
import { inTurn } from '../models/transactions.ts';
import { touchSiblings } from '../models/versions.ts';
import type { Conversation, MessageRow } from '../schema.ts';
import { insertPair, type Question, refuseWhileOpen, sameQuestion } from './ask.ts';
import { type Announced, announcePath } from './broadcasts.ts';
import { moveToTop } from './conversation-list.ts';
import { haveWritten } from './have-written.ts';
import { announceConversation, announceList } from './list-broadcasts.ts';
import { readPath, showPathTo } from './shown-conversation.ts';
import { titleAfter, titleFrom } from './title.ts';

export interface Revision extends Omit<Question, 'conversationId'> {
  /** The question that is asked in other words. */
  readonly messageId: string;
}

/**
 * Asks the person's question in other words, as a sibling that is shown in its place. The first one is kept, and what
 * came after it. A revision that was asked before with the same id changes nothing.
 * @throws NotFound, Conflict, Invalid
 */
export async function revise(
  deps: Pick<Dependencies, 'db' | 'broadcaster' | 'queue' | 'log'>,
  revision: Revision,
): Promise<Announced> {
  const saved = await inTurn(deps.db, revision, trx => save(trx, revision));
  if ('repeated' in saved) return { conversationId: saved.repeated, steps: undefined };

  const { before, after, list, isRenamed, reply } = saved;
  const steps = [
    await announcePath(deps, before, after),
    isRenamed ? await announceConversation(deps, reply.conversation_id) : '',
    await announceList(deps, list),
  ].join('');
  const { id: messageId, attempt, conversation_id: conversationId } = reply;
  await haveWritten(deps, { messageId, attempt, conversationId, by: 'revision' });
  return { conversationId, steps };
}

async function save(trx: Database, revision: Revision) {
  const { id, userId, messageId, botId } = revision;
  const original = await findQuestion(trx, userId, messageId);
  const conversationId = original.conversation_id;
  const earlier = await findMessage(trx, id);
  if (earlier) return { repeated: await sameQuestion(trx, { ...revision, conversationId }, earlier) };

  await refuseWhileOpen(trx, conversationId);
  const bot = await findBot(trx, userId, botId);
  const conversation = await findConversation(trx, userId, conversationId);
  const before = await readPath(trx, conversation);
  const { question, reply } = await insertPair(trx, original, revision, bot.id);
  await touchSiblings(trx, question);
  const isRenamed = await renameAfter(trx, conversation, original, question);
  const list = await moveToTop(trx, conversation);
  return { reply, list, isRenamed, before, after: await showPathTo(trx, conversation, reply) };
}

/** A title that was the first words of the question becomes those of its revision. @returns whether it was */
async function renameAfter(
  trx: Database,
  { id, title, titled_after }: Conversation,
  original: MessageRow,
  question: MessageRow,
): Promise<boolean> {
  if (titled_after !== original.id || title !== titleFrom(original.content)) return false;
  await renameConversation(trx, id, titleAfter(question));
  return true;
}
