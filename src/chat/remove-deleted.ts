import { setImmediate as nextTurn } from 'node:timers/promises';
import { purge } from '../database.ts';
import type { Dependencies } from '../dependencies.ts';
import { removeSomeDeleted } from '../models/shelving.ts';

/**
 * Removes the conversations that were deleted long enough ago, a few messages at a time, and their text from the files;
 * their words leave the index later. Safe to be killed, and to run twice, also at once.
 */
export async function removeDeletedConversations({ db }: Pick<Dependencies, 'db'>): Promise<void> {
  if (!(await removeSomeDeleted(db))) return;
  do await nextTurn();
  while (await removeSomeDeleted(db));
  await purge(db);
}
