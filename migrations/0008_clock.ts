import { type AnyTables, engineOf } from '../src/database/engine.ts';

/** The clock of the database, by the name that it has on SQLite. */
export async function up(db: AnyTables): Promise<void> {
  await engineOf(db).createClock(db);
}
