import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Database } from '../../database.ts';
import { waitingFor } from './waiting.ts';

const PURGE_TRIES = 5;
const PURGE_PAUSE_MS = 20;
const LATE_PURGE_MS = 60_000;

/**
 * SQLite has overwritten what was deleted in the database's pages, but its log has them as they were. Where another
 * process reads or writes for longer than a moment, the log is emptied in a minute, or in the one after. A page that
 * SQLite rearranged while several replies grew can, rarely, keep a scrap of one until it is written to again.
 */
export async function purge(db: Database): Promise<void> {
  for (let tries = 1; tries <= PURGE_TRIES; tries++) {
    if (await emptyLog(db)) return;
    await delay(PURGE_PAUSE_MS);
  }
  // Whoever closes the database last empties its log: where this process has closed it by then, nothing is left to do.
  setTimeout(() => purge(db).catch(() => {}), LATE_PURGE_MS).unref();
}

/** @returns whether the log is empty */
async function emptyLog(db: Database): Promise<boolean> {
  return await waitingFor(db, 0, async connection => {
    const { rows } = await sql<{ busy: number }>`PRAGMA wal_checkpoint(TRUNCATE)`.execute(connection);
    return rows[0]?.busy === 0;
  });
}
