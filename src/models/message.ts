import { type SqlBool, sql } from 'kysely';
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

/** What a page needs to know of a message to tell whether it shows it as it is. */
export type MessageVersion = Pick<MessageRow, 'id' | 'version'>;

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

/** The way from the first message to `leafId`, in that order: a message comes after its parent, whatever the ids and clocks say. */
export async function findPath(db: Database, leafId: string | null): Promise<MessageVersion[]> {
  const { rows } = await sql<MessageVersion>`
    WITH RECURSIVE path (id, parent_id, version, depth) AS (
      SELECT id, parent_id, version, 0 FROM messages WHERE id = ${leafId}
      UNION ALL
      SELECT messages.id, messages.parent_id, messages.version, path.depth + 1
      FROM messages JOIN path ON messages.id = path.parent_id
    )
    SELECT id, version FROM path ORDER BY depth DESC`.execute(db);
  return rows;
}

/** What was said in a message, and whether anything was before it. */
export type Said = Pick<MessageRow, 'id' | 'parent_id' | 'role' | 'content'>;

/** The end of the way to `leafId`, oldest first: all of it, or the first messages from the end that have more than `length` characters. */
export async function loadSaid(db: Database, leafId: string | null, length: number): Promise<Said[]> {
  const { rows } = await sql<Said>`
    WITH RECURSIVE path (id, parent_id, length, depth) AS (
      SELECT id, parent_id, length(content), 0 FROM messages WHERE id = ${leafId}
      UNION ALL
      SELECT messages.id, messages.parent_id, path.length + length(messages.content), path.depth + 1
      FROM messages JOIN path ON messages.id = path.parent_id
      WHERE path.length <= ${length}
    )
    SELECT messages.id, messages.parent_id, messages.role, messages.content
    FROM path JOIN messages ON messages.id = path.id ORDER BY path.depth DESC`.execute(db);
  return rows;
}

/** The last message of the path that goes by way of this one and then, each time, to the child that was made last. */
export async function findNewestLeaf(db: Database, id: string): Promise<MessageRow> {
  return await db
    .selectFrom('messages')
    .where(
      'id',
      '=',
      sql<string>`(
        WITH RECURSIVE path (id, depth) AS (
          SELECT ${id}, 0
          UNION ALL
          SELECT messages.id, path.depth + 1
          FROM path JOIN messages ON messages.id = (
            SELECT child.id FROM messages AS child WHERE child.parent_id = path.id
            ORDER BY child.created_at DESC, child.id DESC LIMIT 1
          )
        )
        SELECT id FROM path ORDER BY depth DESC LIMIT 1)`,
    )
    .selectAll()
    .executeTakeFirstOrThrow();
}

/** The same from the place below a message, or below none: from the child there that was made last; `undefined` without one. */
export async function findNewestLeafBelow(
  db: Database,
  { conversation_id, parent_id }: Pick<MessageRow, 'conversation_id' | 'parent_id'>,
): Promise<MessageRow | undefined> {
  if (parent_id !== null) return await findNewestLeaf(db, parent_id);
  const first = await db
    .selectFrom('messages')
    .where('conversation_id', '=', conversation_id)
    .where('parent_id', 'is', null)
    .select('id')
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .executeTakeFirst();
  return first && (await findNewestLeaf(db, first.id));
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

/** Saves a question as it was asked. */
export async function insertQuestion(
  db: Database,
  question: Pick<MessageRow, 'id' | 'conversation_id' | 'parent_id' | 'content'>,
): Promise<MessageRow> {
  return await db
    .insertInto('messages')
    .values({ ...question, role: 'user', status: 'complete', created_at: now })
    .returningAll()
    .executeTakeFirstOrThrow();
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
