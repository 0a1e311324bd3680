import type { SqlBool } from 'kysely';
import { type Database, now } from '../database.ts';
import { NotFound, Vanished } from '../errors.ts';
import type { Bot, Conversation, MessageRow } from '../schema.ts';
import { type Versions, withVersions } from './versions.ts';

/** A message with what is shown of its speaker, and of its other versions. */
export type Message = MessageRow & {
  readonly bot_name: Bot['name'] | null;
  readonly bot_emoji: Bot['emoji'];
  readonly bot_colour: Bot['colour'] | null;
  readonly versions: Versions;
  /** Whether it is the first that the model was given when it last replied, and there are some before it. */
  readonly begins_memory: SqlBool;
};

export async function findMessage(db: Database, id: string): Promise<Message | undefined> {
  return (await loadMessages(db, [id]))[0];
}

/** How far a message is, and which list of its conversation shows it: for those who look often, whatever its length. */
export async function findProgress(
  db: Database,
  id: string,
): Promise<Pick<MessageRow & Conversation, 'status' | 'settled_length' | 'list_version'> | undefined> {
  return await db
    .selectFrom('messages')
    .innerJoin('conversations', 'conversations.id', 'messages.conversation_id')
    .where('messages.id', '=', id)
    .where('conversations.deleted_at', 'is', null)
    .select(['status', 'settled_length', 'list_version'])
    .executeTakeFirst();
}

/** The person's message. @throws NotFound also when it is somebody else's */
export async function findOwnMessage(db: Database, userId: string, id: string): Promise<MessageRow> {
  const message = await db
    .selectFrom('messages')
    .innerJoin('conversations', 'conversations.id', 'messages.conversation_id')
    .where('messages.id', '=', id)
    .where('conversations.user_id', '=', userId)
    .where('conversations.deleted_at', 'is', null)
    .selectAll('messages')
    .executeTakeFirst();
  if (!message) throw new Vanished('There is no such message.');
  return message;
}

/** The person's reply. @throws NotFound also when it is somebody else's, or a question */
export async function findOwnReply(db: Database, userId: string, id: string): Promise<MessageRow> {
  const message = await findOwnMessage(db, userId, id);
  if (message.role !== 'assistant') throw new NotFound('There is no such reply.');
  return message;
}

/** The person's question. @throws NotFound also when it is somebody else's, or a reply */
export async function findQuestion(db: Database, userId: string, id: string): Promise<MessageRow> {
  const message = await findOwnMessage(db, userId, id);
  if (message.role !== 'user') throw new NotFound('There is no such question.');
  return message;
}

/** The reply to a question that was made last. */
export async function findNewestReply(db: Database, questionId: string): Promise<MessageRow | undefined> {
  return await db
    .selectFrom('messages')
    .where('parent_id', '=', questionId)
    .where('role', '=', 'assistant')
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** The open reply of a conversation; there is one at most. */
export async function findOpenReply(db: Database, conversationId: string): Promise<MessageRow | undefined> {
  return await db
    .selectFrom('messages')
    .where('conversation_id', '=', conversationId)
    .where('status', 'in', ['pending', 'streaming'])
    .selectAll()
    .executeTakeFirst();
}

/** The messages with these ids, in the order of the ids; those that are gone are left out. */
export async function loadMessages(db: Database, ids: readonly string[]): Promise<Message[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('messages')
    .innerJoin('conversations', 'conversations.id', 'messages.conversation_id')
    .leftJoin('bots', 'bots.id', 'messages.bot_id')
    .where('messages.id', 'in', ids)
    .selectAll('messages')
    .select(['bots.name as bot_name', 'bots.emoji as bot_emoji', 'bots.colour as bot_colour'])
    .select(({ eb, ref }) => eb('conversations.memory_start_id', '=', ref('messages.id')).as('begins_memory'))
    .execute();
  const byId = new Map((await withVersions(db, rows)).map(message => [message.id, message]));
  return ids.flatMap(id => byId.get(id) ?? []);
}

/**
 * Saves a question as it was asked.
 * @throws NotFound when there is a message with its id: somebody else, who takes turns of their own, was a moment faster
 */
export async function insertQuestion(
  db: Database,
  question: Pick<MessageRow, 'id' | 'conversation_id' | 'parent_id' | 'content'>,
): Promise<MessageRow> {
  return await db
    .insertInto('messages')
    .values({ ...question, role: 'user', status: 'complete', created_at: now })
    .onConflict(conflict => conflict.column('id').doNothing())
    .returningAll()
    .executeTakeFirstOrThrow(() => new NotFound('There is no such form.'));
}

/** Saves an empty reply that waits to be written. */
export async function insertReply(
  db: Database,
  reply: Pick<MessageRow, 'id' | 'conversation_id' | 'parent_id' | 'bot_id'> &
    Partial<Pick<MessageRow, 'wanted_model'>>,
): Promise<MessageRow> {
  return await db
    .insertInto('messages')
    .values({ ...reply, role: 'assistant', status: 'pending', content: '', attempt: 1, created_at: now })
    .returningAll()
    .executeTakeFirstOrThrow();
}
