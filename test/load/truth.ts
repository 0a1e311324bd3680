import SQLite from 'better-sqlite3';
import { renderMarkdown } from '../../src/markdown/render-markdown.ts';
import type { Reception } from './arrivals.ts';
import { tidied } from './drawn-html.ts';
import type { StreamOutcome } from './event-stream.ts';
import { withoutTimes } from './marks.ts';
import { marksIn, type Script, tokensOf } from './script.ts';
import type { Outcome } from './watch.ts';

/** What a page and its row came to in the end. */
export interface Check {
  /** What is wrong with what the page showed, in words. */
  readonly fault: string | undefined;
  /** How often the row was written, its making included. */
  readonly writes: number;
  /** How long the text is. */
  readonly characters: number;
}

interface Row {
  readonly status: string;
  readonly version: number;
  readonly content: string;
}

/** @throws when a word is lost, doubled or out of order, in a row or in what a reader showed */
export function checkAgainstRows(databasePath: string, outcomes: readonly Outcome[], script: Script): void {
  const faults = compareWithRows(databasePath, outcomes, script).flatMap(({ fault }) => fault ?? []);
  if (faults.length > 0) throw new Error(`${faults.length} readers are wrong. The first: ${faults[0]}`);
}

/** Compares what readers showed in the end with the rows, and these with what the model said. */
export function compareWithRows(databasePath: string, outcomes: readonly Outcome[], script: Script): Check[] {
  const database = new SQLite(databasePath, { readonly: true });
  try {
    const find = database.prepare<[string], Row>(
      'SELECT status, version, content FROM messages WHERE id = ?',
    );
    return outcomes.map(outcome => {
      const row = find.get(outcome.messageId);
      const { version: writes = 0, content } = row ?? {};
      return { fault: faultOf(outcome, row, script), writes, characters: content?.length ?? 0 };
    });
  } finally {
    database.close();
  }
}

/** @returns what is wrong with what an event stream brought, in words */
export function faultOfStream(outcome: StreamOutcome, script: Script): string | undefined {
  if (withoutTimes(outcome.text) !== tokensOf(script).join('')) return `brought "${outcome.text}"`;
  return missingWords(outcome, script) > 0 ? 'some words came in no event' : undefined;
}

/** How many words came in no frame. */
export function missingWords({ delays }: Reception, script: Script): number {
  return marksIn(script) - delays.filter(delay => !Number.isNaN(delay)).length;
}

function faultOf(outcome: Outcome, row: Row | undefined, script: Script): string | undefined {
  if (!row) return 'the reply has no row';
  const { status, version, body, wasRight, catchUps } = outcome;
  if (row.status !== 'complete' || status !== row.status)
    return `shows ${status}, the row says ${row.status}`;
  if (version !== row.version) return `shows version ${version}, the row has ${row.version}`;
  if (withoutTimes(row.content) !== tokensOf(script).join(''))
    return `the row has other text than the model sent: "${row.content}"`;
  if (tidied(body) !== tidied(renderMarkdown(row.content)))
    return `does not show the row's text, but ${body}`;
  // What a catch-up brings is whole, and may be the end.
  if (!wasRight && catchUps === 0) return 'showed another text before the message came whole';
  if (missingWords(outcome, script) > 0) return 'some words came in no frame';
  return undefined;
}
