import { sql } from 'kysely';
import { type Database, now } from '../database.ts';
import type { Conversation } from '../schema.ts';
import { fromOwn } from './conversation.ts';
import { inTurn } from './transactions.ts';

/** For so long a conversation that was deleted can be taken back. */
export const UNDO_MS = 60_000;
/** So many messages are removed at once; other writers wait meanwhile. */
const MOST_AT_ONCE = 50;

const undoableSince = sql<number>`${now} - ${sql.lit(UNDO_MS)}`;

/** Where a conversation is kept; each is set once it is so, and only that counts. */
type Place = 'pinned_at' | 'archived_at' | 'deleted_at';

/** Pins, archives or deletes a conversation, or takes it back. */
export async function shelve(db: Database, id: string, place: Place, isThere: boolean): Promise<void> {
  await db
    .updateTable('conversations')
    .set(({ eb }) => ({ [place]: isThere ? now : null, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute();
}

/** The person's conversation that was deleted, as long as it can be taken back. */
export async function lookUpDeleted(
  db: Database,
  userId: string,
  id: string,
): Promise<Conversation | undefined> {
  return await fromOwn(db, userId, id).where('deleted_at', '>=', undoableSince).executeTakeFirst();
}

/** The person's conversation, if it is in the archive. */
export async function lookUpArchived(
  db: Database,
  userId: string,
  id: string,
): Promise<Conversation | undefined> {
  return await fromOwn(db, userId, id)
    .where('deleted_at', 'is', null)
    .where('archived_at', 'is not', null)
    .executeTakeFirst();
}

/**
 * Removes some of what was deleted long enough ago, for good: a few messages of a conversation, and it with the last of
 * them. @returns whether there may be more
 */
export async function removeSomeDeleted(db: Database): Promise<boolean> {
  const due = await dueForRemoval(db).executeTakeFirst(); // in no transaction: mostly there is none
  if (!due) return false;
  return await inTurn(db, { conversationId: due.id }, async trx => {
    const isDue = await dueForRemoval(trx).where('id', '=', due.id).executeTakeFirst();
    if (isDue && (await removeMessages(trx, due.id)) < MOST_AT_ONCE)
      await trx.deleteFrom('conversations').where('id', '=', due.id).execute();
    return true;
  });
}

function dueForRemoval(db: Database) {
  return db.selectFrom('conversations').where('deleted_at', '<', undoableSince).select('id');
}

/** @returns how many there were, at most `MOST_AT_ONCE` */
async function removeMessages(trx: Database, conversationId: string): Promise<number> {
  const messages = await trx
    .selectFrom('messages')
    .where('conversation_id', '=', conversationId)
    .select('id')
    .limit(MOST_AT_ONCE)
    .execute();
  if (messages.length === 0) return 0;
  const ids = messages.map(({ id }) => id);
  await trx.updateTable('messages').set({ parent_id: null }).where('parent_id', 'in', ids).execute();
  await trx.deleteFrom('messages').where('id', 'in', ids).execute();
  return ids.length;
}
