import { randomUUIDv7 } from 'node:crypto';
import type { Database } from '../database.ts';
import type { Dependencies } from '../dependencies.ts';
import { Conflict, Invalid, NotFound } from '../errors.ts';
import { findBot } from '../models/bot.ts';
import {
  findConversation,
  insertConversation,
  renameConversation,
  showPath,
} from '../models/conversation.ts';
import { findMessage, findOpenReply, insertQuestion, insertReply } from '../models/message.ts';
import { inTurn } from '../models/transactions.ts';
import type { Conversation, MessageRow } from '../schema.ts';
import { type Announced, announcePath } from './broadcasts.ts';
import { addToTop, moveToTop } from './conversation-list.ts';
import { haveWritten } from './have-written.ts';
import { announceConversation, announceList } from './list-broadcasts.ts';
import { titleAfter, UNTITLED } from './title.ts';

export interface Question {
  /** The message's id, made with the form, so that a form that is sent twice asks once. */
  readonly id: string;
  readonly userId: string;
  /** The conversation to ask in; without it the question starts one. */
  readonly conversationId?: string;
  /** Who is to reply. */
  readonly botId: string;
  /** As `cleanQuestion` leaves it. */
  readonly content: string;
}

/**
 * Saves the question and an empty reply, shows them on every page of the conversation, which moves to the top of the
 * person's list, and has the reply written.
 * A question that was asked before with the same id changes nothing.
 * @throws NotFound, Conflict, Invalid
 */
export async function ask(
  deps: Pick<Dependencies, 'db' | 'broadcaster' | 'queue' | 'log'>,
  question: Question,
): Promise<Announced> {
  const saved = await inTurn(deps.db, question, trx => save(trx, question));
  if ('repeated' in saved) return { conversationId: saved.repeated, steps: undefined };

  const { before, after, list, isNamed, reply } = saved;
  const steps = [
    await announcePath(deps, before, after),
    isNamed ? await announceConversation(deps, reply.conversation_id) : '',
    await announceList(deps, list),
  ].join('');
  const { id: messageId, attempt, conversation_id: conversationId } = reply;
  await haveWritten(deps, { messageId, attempt, conversationId, by: 'question' });
  return { conversationId, steps };
}

async function save(trx: Database, question: Question) {
  const earlier = await findMessage(trx, question.id);
  if (earlier) return { repeated: await sameQuestion(trx, question, earlier) };

  const bot = await findBot(trx, question.userId, question.botId);
  const { conversation, ...listed } = await conversationFor(trx, question);
  return { ...listed, ...(await showPair(trx, conversation, question, bot.id)) };
}

/** The same form sent again has the first one's outcome. @returns the conversation's id */
export async function sameQuestion(
  trx: Database,
  question: Pick<Question, 'userId' | 'conversationId' | 'content'>,
  earlier: MessageRow,
): Promise<string> {
  const { id } = await findConversation(trx, question.userId, earlier.conversation_id);
  const elsewhere = question.conversationId !== undefined && question.conversationId !== id;
  if (elsewhere || earlier.role !== 'user') throw new NotFound('There is no such form.');
  if (earlier.content !== question.content) {
    throw new Invalid('This form was sent before, with another text. Send it once more if you mean it.');
  }
  return id;
}

/** The conversation that is asked in, and how the person's list changes by that. */
async function conversationFor(trx: Database, question: Question) {
  const { conversationId, userId, botId } = question;
  if (conversationId) {
    const conversation = await findConversation(trx, userId, conversationId);
    await refuseWhileOpen(trx, conversationId);
    const isNamed = await nameAnew(trx, conversation, question);
    return { conversation, isNamed, list: await moveToTop(trx, conversation) };
  }
  const conversation = await insertConversation(trx, {
    id: randomUUIDv7(),
    user_id: userId,
    ...titleAfter(question),
    bot_id: botId,
  });
  return { conversation, isNamed: false, list: await addToTop(trx, conversation) };
}

/** A conversation whose messages were all deleted begins anew. @returns whether it got another title */
async function nameAnew(
  trx: Database,
  { id, title, leaf_id }: Conversation,
  question: Question,
): Promise<boolean> {
  if (title !== UNTITLED || leaf_id !== null) return false;
  await renameConversation(trx, id, titleAfter(question));
  return true;
}

/** @throws Conflict while a reply of the conversation is being written */
export async function refuseWhileOpen(trx: Database, conversationId: string): Promise<void> {
  if (await findOpenReply(trx, conversationId)) {
    throw new Conflict('A reply is still being written. Stop the reply first, or wait.');
  }
}

async function showPair(trx: Database, conversation: Conversation, asked: Question, botId: string) {
  const { id: conversation_id, leaf_id: parent_id } = conversation;
  const { question, reply } = await insertPair(trx, { conversation_id, parent_id }, asked, botId);
  const shown = await showPath(trx, conversation_id, { leafId: reply.id, botId });
  const leaf = parent_id === null ? [] : [{ id: parent_id, version: 0 }];
  return {
    reply,
    before: { conversation, path: leaf },
    after: { conversation: shown, path: [...leaf, question, reply] },
  };
}

/** Saves a question at its place, and below it an empty reply that waits for this bot. */
export async function insertPair(
  trx: Database,
  { conversation_id, parent_id }: Pick<MessageRow, 'conversation_id' | 'parent_id'>,
  { id, content }: Pick<Question, 'id' | 'content'>,
  botId: string,
): Promise<{ readonly question: MessageRow; readonly reply: MessageRow }> {
  const question = await insertQuestion(trx, { id, conversation_id, parent_id, content });
  const reply = await insertReply(trx, {
    id: randomUUIDv7(),
    conversation_id,
    parent_id: question.id,
    bot_id: botId,
  });
  return { question, reply };
}
