import { type Database, now } from '../database.ts';

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
