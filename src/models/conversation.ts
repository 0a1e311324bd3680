import { type Database, now } from '../database.ts';
import { Vanished } from '../errors.ts';
import type { Conversation } from '../schema.ts';

/** The person's conversation. @throws NotFound also when it is somebody else's */
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
  return await db
    .selectFrom('conversations')
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .selectAll()
    .executeTakeFirst();
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

export async function deleteConversation(db: Database, id: string): Promise<void> {
  await db.deleteFrom('conversations').where('id', '=', id).execute();
}

/** Starts a conversation that has no message yet. */
export async function insertConversation(
  db: Database,
  conversation: Pick<Conversation, 'id' | 'user_id' | 'title' | 'bot_id'>,
): Promise<Conversation> {
  return await db
    .insertInto('conversations')
    .values({ ...conversation, created_at: now, updated_at: now })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Gives the conversation another title. */
export async function renameConversation(db: Database, id: string, title: string): Promise<void> {
  await db
    .updateTable('conversations')
    .set(({ eb }) => ({ title, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute();
}
