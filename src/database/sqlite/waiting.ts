import { sql } from 'kysely';
import type { Database } from '../../database.ts';

/** How long a process waits for another one that writes. */
export const BUSY_TIMEOUT_MS = 10_000;

/** Waits for others that write for so long, not for as long as this process does otherwise. */
export async function waitingFor<Result>(
  db: Database,
  timeoutMs: number,
  work: (connection: Database) => Promise<Result>,
): Promise<Result> {
  return await db.connection().execute(async connection => {
    await sql`PRAGMA busy_timeout = ${sql.lit(timeoutMs)}`.execute(connection);
    try {
      return await work(connection);
    } finally {
      await sql`PRAGMA busy_timeout = ${sql.lit(BUSY_TIMEOUT_MS)}`.execute(connection);
    }
  });
}
