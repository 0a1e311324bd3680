import { type AnyTables, engineOf } from '../src/database/engine.ts';

/** Rows of messages are written anew, and get longer, with each batch of a reply. */
export async function up(db: AnyTables): Promise<void> {
  await engineOf(db).easeGrowth(db);
}
