import SQLite from 'better-sqlite3';
import { findMarks } from './marks.ts';
import type { Answer } from './readers.ts';
import type { Outcome } from './watch.ts';

interface Row {
  readonly status: string;
  readonly version: number;
  readonly content: string;
}

/**
 * Compares what readers showed in the end with the rows.
 * @throws when a word is lost, doubled or out of order, in a row or in what a reader showed
 */
export function checkAgainstRows(databasePath: string, answers: readonly Answer[], words: number): void {
  const database = new SQLite(databasePath, { readonly: true });
  try {
    const find = database.prepare<[string], Row>(
      'SELECT status, version, content FROM messages WHERE id = ?',
    );
    const faults = answers
      .flatMap(({ outcomes }) => outcomes)
      .flatMap(outcome => faultOf(outcome, find.get(outcome.messageId), words) ?? []);
    if (faults.length > 0) throw new Error(`${faults.length} readers are wrong. The first: ${faults[0]}`);
  } finally {
    database.close();
  }
}

function faultOf(outcome: Outcome, row: Row | undefined, words: number): string | undefined {
  if (!row) return 'the reply has no row';
  const { status, version, text, delays } = outcome;
  if (row.status !== 'complete' || status !== row.status)
    return `shows ${status}, the row says ${row.status}`;
  if (version !== row.version) return `shows version ${version}, the row has ${row.version}`;
  const marks = findMarks(row.content);
  const stray = marks.findIndex(({ n }, place) => n !== place);
  if (stray >= 0) return `the row has word ${marks[stray]?.n} in place of ${stray}`;
  if (marks.length !== words) return `the row has ${marks.length} of ${words} words`;
  if (text !== row.content.replace(/\s+/g, ' ').trim()) return `does not show the row's text, but "${text}"`;
  if (delays.length !== words || delays.some(Number.isNaN)) return 'some words came in no frame';
  return undefined;
}
