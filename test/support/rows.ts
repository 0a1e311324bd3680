import { sql } from 'kysely';
import type { Database } from '../../src/database.ts';
import type { MessageRow } from '../../src/schema.ts';
import { eventually } from './eventually.ts';

/** All messages of the conversation whose page is at `path`, in the order in which they were made. */
export async function messagesOf(db: Database, path: string): Promise<MessageRow[]> {
  const id = path.split('/').at(-1) ?? '';
  return await db
    .selectFrom('messages')
    .where('conversation_id', '=', id)
    .selectAll()
    .orderBy('created_at')
    .orderBy('role', 'desc') // a question and its reply may be of one millisecond
    .orderBy('id')
    .execute();
}

/** Lets a minute pass for what was deleted, and waits until no message is left. */
export async function isGoneForGood(db: Database): Promise<void> {
  await db.updateTable('conversations').set({ deleted_at: 1 }).where('deleted_at', 'is not', null).execute();
  await eventually(async () => !(await db.selectFrom('messages').select('id').executeTakeFirst()));
}

/** Waits until the words of what was deleted have left the search index, without the minute between two times. */
export async function wordsAreForgotten(db: Database): Promise<void> {
  await eventually(async () => {
    await sql`UPDATE search_remains SET merge_at = 0`.execute(db);
    const { rows } = await sql`SELECT 1 FROM search_remains WHERE removals > merged`.execute(db);
    return rows.length === 0;
  }, 30);
}

/** Waits until the first reply of the conversation whose page is at `path` ends with this text. */
export async function isSaved(db: Database, path: string, text: string): Promise<void> {
  await eventually(async () => (await messagesOf(db, path))[1]?.content.endsWith(text));
}
