import { sql } from 'kysely';
import { type Database, now } from '../database.ts';
import { Vanished } from '../errors.ts';
import type { Conversation } from '../schema.ts';

/** The person's conversation. @throws NotFound also when it is somebody else's, or was deleted */
export async function findConversation(db: Database, userId: string, id: string): Promise<Conversation> {
  const conversation = await lookUpConversation(db, userId, id);
  if (!conversation) throw new Vanished('There is no such conversation, or no longer.');
  return conversation;
}

/** The same, for those who can go on without it. */
export async function lookUpConversation(
  db: Database,
  userId: string,
  id: string,
): Promise<Conversation | undefined> {
  return await fromOwn(db, userId, id).where('deleted_at', 'is', null).executeTakeFirst();
}

/** The person's conversation, also one that was deleted. */
export function fromOwn(db: Database, userId: string, id: string) {
  return db.selectFrom('conversations').where('id', '=', id).where('user_id', '=', userId).selectAll();
}

/** Makes the path to `leafId` the one that is shown, or none. @returns the conversation as it is then */
export async function showPath(
  db: Database,
  id: string,
  { leafId, botId }: { leafId: string | null; botId: string },
): Promise<Conversation> {
  return await db
    .updateTable('conversations')
    .set(({ eb }) => ({
      leaf_id: leafId,
      bot_id: botId,
      list_version: eb('list_version', '+', 1),
    }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Starts a conversation that has no message yet, the newest of its person's. */
export async function insertConversation(
  db: Database,
  conversation: Pick<Conversation, 'id' | 'user_id' | 'title' | 'bot_id'> &
    Partial<Pick<Conversation, 'titled_after'>>,
): Promise<Conversation> {
  return await db
    .insertInto('conversations')
    .values({ ...conversation, created_at: now, updated_at: newestOf(conversation.user_id) })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Makes the conversation the newest of its person's, and takes it out of the archive. */
export async function makeNewest(db: Database, { id, user_id }: Conversation): Promise<void> {
  await db
    .updateTable('conversations')
    .set(({ eb }) => ({
      archived_at: null,
      updated_at: newestOf(user_id),
      version: eb('version', '+', 1),
    }))
    .where('id', '=', id)
    .execute();
}

/** Now, or just after all the person's conversations, whatever the clock says. */
function newestOf(userId: string) {
  return sql<number>`(
    SELECT CASE WHEN max(updated_at) >= ${now} THEN max(updated_at) + 1 ELSE ${now} END
    FROM conversations WHERE user_id = ${userId}
  )`;
}

/** A title, and the question that it was made from, unless a person gave it. */
export type Title = Pick<Conversation, 'title' | 'titled_after'>;

/** Gives the conversation another title. */
export async function renameConversation(db: Database, id: string, title: Title): Promise<void> {
  await db
    .updateTable('conversations')
    .set(({ eb }) => ({ ...title, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute();
}
