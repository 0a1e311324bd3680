import type { Database } from '../database.ts';
import type { Conversation } from '../schema.ts';

/** The columns that the list shows, or that tell where. */
export const LISTED = [
  'id',
  'user_id',
  'title',
  'unread_since',
  'pinned_at',
  'archived_at',
  'updated_at',
  'version',
] as const;

/** A conversation as the list of a person's conversations shows it. */
export type ListedConversation = Pick<Conversation, (typeof LISTED)[number]>;

/** What tells whether a page shows a conversation where and as it is. */
export type ConversationVersion = Pick<Conversation, 'id' | 'version'>;

/** How many of the pinned ones, and how many others, are in the list; older ones have pages of their own. */
export const NEWEST_CONVERSATIONS = 100;

/** The person's list: the newest pinned ones and then the newest others, each part with the newest first. */
export async function listConversations(db: Database, userId: string): Promise<ListedConversation[]> {
  const found = partsOf(db, userId).map(part => part.select(LISTED).execute());
  return (await Promise.all(found)).flat();
}

/** The same, of each only what tells where and how it is shown, and as if it had not `without`. */
export async function listVersions(
  db: Database,
  userId: string,
  without = '',
): Promise<ConversationVersion[]> {
  const found = partsOf(db, userId).map(part =>
    part.where('id', '!=', without).select(['id', 'version']).execute(),
  );
  return (await Promise.all(found)).flat();
}

/** The pinned ones, and the others. */
function partsOf(db: Database, userId: string) {
  const newest = newestFirst(db, userId).where('archived_at', 'is', null).limit(NEWEST_CONVERSATIONS);
  return [newest.where('pinned_at', 'is not', null), newest.where('pinned_at', 'is', null)];
}

/** What the person has not deleted. */
export function newestFirst(db: Database, userId: string) {
  return db
    .selectFrom('conversations')
    .where('user_id', '=', userId)
    .where('deleted_at', 'is', null)
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
  return await db
    .selectFrom('conversations')
    .where('id', 'in', ids)
    .where('deleted_at', 'is', null)
    .select(LISTED)
    .execute();
}

export async function findNewestConversation(
  db: Database,
  userId: string,
): Promise<Pick<Conversation, 'id'> | undefined> {
  return await newestFirst(db, userId)
    .where('archived_at', 'is', null)
    .select('id')
    .limit(1)
    .executeTakeFirst();
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
