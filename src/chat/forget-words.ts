import { setTimeout as delay } from 'node:timers/promises';
import { purge } from '../database.ts';
import type { Dependencies } from '../dependencies.ts';
import { beginMerge, claimMerge, continueMerge, endMerge } from '../models/search-remains.ts';

/** Lets other processes write: they look some ten times a second whether they may. */
const PAUSE_MS = 25;

/**
 * Takes the words of deleted messages and conversations out of the search index and its files, if there are any. Asked
 * every few seconds, it does so within two minutes and the time that it takes; it rests for a minute after each time, for
 * it writes the whole index anew, in small steps. Safe to be killed, and to run twice, also at once.
 */
export async function forgetDeletedWords({ db }: Pick<Dependencies, 'db'>): Promise<void> {
  const removals = await claimMerge(db);
  if (removals === undefined) return;
  for (let isMore = await beginMerge(db); isMore; isMore = await continueMerge(db)) await delay(PAUSE_MS);
  await purge(db);
  await endMerge(db, removals);
}
