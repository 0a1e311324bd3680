import { openDatabase } from '../../src/database.ts';
import { renderMarkdown } from '../../src/markdown/render-markdown.ts';
import type { Status } from '../../src/schema.ts';
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
  readonly status: Status;
  readonly version: number;
  readonly content: string;
}

/** @throws when a word is lost, doubled or out of order, in a row or in what a reader showed */
export async function checkAgainstRows(
  databaseUrl: string,
  outcomes: readonly Outcome[],
  script: Script,
  endings: readonly Status[] = ['complete'],
): Promise<void> {
  const checks = await compareWithRows(databaseUrl, outcomes, script, endings);
  const faults = checks.flatMap(({ fault }) => fault ?? []);
  if (faults.length > 0) throw new Error(`${faults.length} readers are wrong. The first: ${faults[0]}`);
}

/**
 * Compares what readers showed in the end with the rows, and these with what the model said: all of it where the reply
 * is complete, else a beginning of it. @param endings how replies may have ended
 */
export async function compareWithRows(
  databaseUrl: string,
  outcomes: readonly Outcome[],
  script: Script,
  endings: readonly Status[] = ['complete'],
): Promise<Check[]> {
  const rows = await findRows(databaseUrl, [...new Set(outcomes.map(({ messageId }) => messageId))]);
  return outcomes.map(outcome => {
    const row = rows.get(outcome.messageId);
    const { version: writes = 0, content } = row ?? {};
    return { fault: faultOf(outcome, row, script, endings), writes, characters: content?.length ?? 0 };
  });
}

async function findRows(databaseUrl: string, ids: readonly string[]): Promise<Map<string, Row>> {
  await using db = await openDatabase(databaseUrl, { connections: 1 });
  const rows = await db
    .selectFrom('messages')
    .where('id', 'in', ids)
    .select(['id', 'status', 'version', 'content'])
    .execute();
  return new Map(rows.map(row => [row.id, row]));
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

function faultOf(
  outcome: Outcome,
  row: Row | undefined,
  script: Script,
  endings: readonly Status[],
): string | undefined {
  if (!row) return 'the reply has no row';
  const { status, version, body, wasRight, catchUps } = outcome;
  if (status !== row.status) return `shows ${status}, the row says ${row.status}`;
  if (!endings.includes(row.status)) return `the reply is ${status}`;
  if (version !== row.version) return `shows version ${version}, the row has ${row.version}`;
  if (!isSaid(row, script)) return `the row has other text than the model sent: "${row.content}"`;
  if (tidied(body) !== tidied(renderMarkdown(row.content)))
    return `does not show the row's text, but ${body}`;
  // What a catch-up brings is whole, and may be the end.
  if (!wasRight && catchUps === 0) return 'showed another text before the message came whole';
  if (status === 'complete' && missingWords(outcome, script) > 0) return 'some words came in no frame';
  return undefined;
}

function isSaid({ status, content }: Row, script: Script): boolean {
  const [said, written] = [tokensOf(script).join(''), withoutTimes(content)];
  return status === 'complete' ? said === written : said.startsWith(written);
}
