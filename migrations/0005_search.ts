import { type AnyTables, engineOf } from '../src/database/engine.ts';

/** What people search in: the titles of conversations, and the messages that are not being written any more. */
export async function up(db: AnyTables): Promise<void> {
  await engineOf(db).fullText.createIndex(db);
}
