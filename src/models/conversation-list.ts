import { sql } from 'kysely';
import { type Database, now } from '../database.ts';
import type { Conversation } from '../schema.ts';

const LISTED = ['id', 'user_id', 'title', 'unread_since', 'version'] as const;

/** A conversation as the list of a person's conversations shows it. */
export type ListedConversation = Pick<Conversation, (typeof LISTED)[number]>;

/** The person's conversations, newest first. */
export async function listConversations(db: Database, userId: string): Promise<ListedConversation[]> {
  return await newestFirst(db, userId).select(LISTED).execute();
}

function newestFirst(db: Database, userId: string) {
  return db
    .selectFrom('conversations')
    .where('user_id', '=', userId)
    .orderBy('updated_at', 'desc')
    .orderBy('id', 'desc');
}

/** The version of the person's list. */
export async function findListVersion(db: Database, userId: string): Promise<number> {
  const { conversations_version } = await db
    .selectFrom('users')
    .where('id', '=', userId)
    .select('conversations_version')
    .executeTakeFirstOrThrow();
  return conversations_version;
}

/** The conversations with these ids; those that are gone are left out. */
export async function loadConversations(db: Database, ids: readonly string[]): Promise<ListedConversation[]> {
  if (ids.length === 0) return [];
  return await db.selectFrom('conversations').where('id', 'in', ids).select(LISTED).execute();
}

export async function findNewestConversation(
  db: Database,
  userId: string,
): Promise<Pick<Conversation, 'id'> | undefined> {
  return await newestFirst(db, userId).select('id').limit(1).executeTakeFirst();
}

/** What is on top of the person's list; `undefined` when that is this conversation itself. */
export async function findTopAbove(
  db: Database,
  { id, user_id, updated_at }: Pick<Conversation, 'id' | 'user_id' | 'updated_at'>,
): Promise<Pick<Conversation, 'id' | 'updated_at'> | undefined> {
  return await newestFirst(db, user_id)
    .where(({ eb, refTuple, tuple }) => eb(refTuple('updated_at', 'id'), '>', tuple(updated_at, id)))
    .select(['id', 'updated_at'])
    .limit(1)
    .executeTakeFirst();
}

/** Makes the conversation newer than one of that time, whatever the clock says. */
export async function moveAbove(db: Database, id: string, updatedAt: number): Promise<void> {
  await db
    .updateTable('conversations')
    .set({ updated_at: sql<number>`max(${now}, ${updatedAt + 1})` })
    .where('id', '=', id)
    .execute();
}

/** @returns the list's new version */
export async function countUpList(db: Database, userId: string): Promise<number> {
  const { conversations_version } = await db
    .updateTable('users')
    .set(({ eb }) => ({ conversations_version: eb('conversations_version', '+', 1) }))
    .where('id', '=', userId)
    .returning('conversations_version')
    .executeTakeFirstOrThrow();
  return conversations_version;
}

/** Marks the conversation of a message as unread. @returns its id, or `undefined` when it was so already */
export async function markUnread(db: Database, messageId: string): Promise<string | undefined> {
  const row = await db
    .updateTable('conversations')
    .set(({ eb }) => ({ unread_since: now, version: eb('version', '+', 1) }))
    .where('id', '=', ({ selectFrom }) =>
      selectFrom('messages').where('id', '=', messageId).select('conversation_id'),
    )
    .where('unread_since', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return row?.id;
}

/** @returns whether the conversation was unread */
export async function markRead(db: Database, id: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('conversations')
    .set(({ eb }) => ({ unread_since: null, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .where('unread_since', 'is not', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
