import { engineOf } from '../database/engine.ts';
import type { Hit, Term } from '../database/full-text.ts';
import type { Database } from '../database.ts';

const MOST_TITLES = 10;

/**
 * Finds the terms in the person's conversations that are not deleted: first by their titles, the latest first, then by
 * the texts of their messages on all branches, the newest first.
 */
export async function search(
  db: Database,
  userId: string,
  terms: readonly Term[],
  limit: number,
): Promise<Hit[]> {
  if (terms.length === 0) return [];
  const { fullText } = engineOf(db);
  const titles = await fullText.findTitles(db, { userId, terms, limit: Math.min(limit, MOST_TITLES) });
  const messages = await fullText.findTexts(db, { userId, terms, limit: limit - titles.length });
  return [...titles, ...messages];
}

/** Takes the words of what was deleted out of the index. Safe to be killed, and to run twice, also at once. */
export async function forgetDeletedWords(db: Database): Promise<void> {
  await engineOf(db).fullText.forgetDeleted(db);
}
