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
    .orderBy(sql`rowid`)
    .execute();
}

/** Waits until the first reply of the conversation whose page is at `path` ends with this text. */
export async function isSaved(db: Database, path: string, text: string): Promise<void> {
  await eventually(async () => (await messagesOf(db, path))[1]?.content.endsWith(text));
}
