import type { Database } from '../database.ts';
import type { MessageRow } from '../schema.ts';
import { findOwnMessage } from './message.ts';
import { touchSiblings } from './versions.ts';

/**
 * The question of a pair: a question and all replies that were written to it. `id` is any of theirs.
 * @throws NotFound also when it is somebody else's
 */
export async function findPairQuestion(db: Database, userId: string, id: string): Promise<MessageRow> {
  const message = await findOwnMessage(db, userId, id);
  if (message.role === 'user' || message.parent_id === null) return message;
  return await findOwnMessage(db, userId, message.parent_id);
}

/** Removes a question and its replies. What was asked after them now stands beside it, as its versions do. */
export async function removePair(db: Database, question: MessageRow): Promise<void> {
  const { id, parent_id } = question;
  const replies = db.selectFrom('messages').where('parent_id', '=', id).select('id');
  await db.updateTable('messages').set({ parent_id }).where('parent_id', 'in', replies).execute();
  await touchSiblings(db, question);
  await db
    .deleteFrom('messages')
    .where(({ or, eb }) => or([eb('id', '=', id), eb('parent_id', '=', id)]))
    .execute();
}
