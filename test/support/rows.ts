import { sql } from 'kysely';
import type { Database } from '../../src/database.ts';
import type { MessageRow } from '../../src/schema.ts';

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
