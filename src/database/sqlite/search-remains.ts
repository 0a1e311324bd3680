import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Database } from '../../database.ts';
import { now } from '../clock.ts';
import { purge } from './purge.ts';

// FTS5 only notes that a text has gone: the words stay in its parts of the index until those are merged with the note.

/** For so long a process that merges has it for itself, and afterwards nobody merges. */
const PAUSE_MS = 60_000;
/** So much of the index is written at once; other writers wait meanwhile. */
const MOST_PAGES = 200;
/** Lets other processes write: they look some ten times a second whether they may. */
const BREATH_MS = 25;

/**
 * Takes the words of deleted messages and conversations out of the search index and its files, if there are any. Asked
 * every few seconds, it does so within two minutes and the time that it takes; it rests for a minute after each time, for
 * it writes the whole index anew, in small steps. Safe to be killed, and to run twice, also at once.
 */
export async function forgetDeleted(db: Database): Promise<void> {
  const removals = await claimMerge(db);
  if (removals === undefined) return;
  for (let isMore = await beginMerge(db); isMore; isMore = await continueMerge(db)) await delay(BREATH_MS);
  await purge(db);
  await endMerge(db, removals);
}

/** Takes it on to merge the index. @returns how many removals there were; `undefined`: there is nothing to do yet */
async function claimMerge(db: Database): Promise<number | undefined> {
  const isDue = sql`removals > merged AND merge_at <= ${now}`;
  const { rows: due } = await sql`SELECT 1 FROM search_remains WHERE ${isDue}`.execute(db);
  if (due.length === 0) return undefined; // an update would lock the database also where it changes nothing
  const { rows } = await sql<{ removals: number }>`
    UPDATE search_remains SET merge_at = ${now} + ${PAUSE_MS} WHERE ${isDue} RETURNING removals`.execute(db);
  return rows[0]?.removals;
}

/** Begins to merge all parts of the index into one. @returns whether there is more to do */
export async function beginMerge(db: Database): Promise<boolean> {
  return await merge(db, -MOST_PAGES);
}

/** @returns whether there is more to do */
export async function continueMerge(db: Database): Promise<boolean> {
  return await merge(db, MOST_PAGES);
}

/** So many removals have left the index. */
async function endMerge(db: Database, removals: number): Promise<void> {
  await sql`UPDATE search_remains SET merged = max(merged, ${removals})`.execute(db);
}

/** It has done nothing where fewer than two rows changed: https://sqlite.org/fts5.html#the_merge_command */
async function merge(db: Database, pages: number): Promise<boolean> {
  return await db.transaction().execute(async trx => {
    await sql`UPDATE search_remains SET merge_at = ${now} + ${PAUSE_MS}`.execute(trx);
    const before = await countChanges(trx);
    await sql`INSERT INTO search_index (search_index, rank) VALUES ('merge', ${pages})`.execute(trx);
    return (await countChanges(trx)) - before >= 2;
  });
}

async function countChanges(trx: Database): Promise<number> {
  const { rows } = await sql<{ count: number }>`SELECT total_changes() AS count`.execute(trx);
  return rows[0]?.count ?? 0;
}
