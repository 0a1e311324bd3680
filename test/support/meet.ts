import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { type Database, isSqlite } from '../../src/database.ts';
import { eventually } from './eventually.ts';
import type { SeveralProcesses } from './several-processes.ts';
import type { Answer, Visitor } from './visitor.ts';

interface Meeting {
  /** The rows that nobody may write until all are there: those of which each turn locks one, unless said otherwise. */
  readonly at?: 'users' | 'messages';
  /** How many come beside these requests. */
  readonly others?: number;
}

/** The program answers sooner by far. On a machine that does not, the two are let go too soon, and meet by chance. */
const SILENCE_MS = 100;
/** Before PostgreSQL takes the test for a process that froze. */
const PATIENCE_SECONDS = 5;

/**
 * Has requests meet: none goes on before all have come to where one must wait for the other. With PostgreSQL they go on
 * in the order of `people`; with SQLite in any.
 */
export async function meet(
  all: Pick<SeveralProcesses, 'db' | 'environment'>,
  people: readonly Visitor[],
  send: (person: Visitor, n: number) => Promise<Answer>,
  { at = 'users', others = 0 }: Meeting = {},
): Promise<Answer[]> {
  const sent = await all.db.transaction().execute(async trx => {
    await sql`UPDATE ${sql.table(at)} SET created_at = created_at`.execute(trx);
    const answers: Promise<Answer>[] = [];
    for (const [n, person] of people.entries()) {
      answers.push(send(person, n));
      await eventually(() => isThere(all, person, n + 1 + others), PATIENCE_SECONDS);
    }
    return answers;
  });
  return await Promise.all(sent);
}

async function isThere(
  { db, environment }: Pick<SeveralProcesses, 'db' | 'environment'>,
  person: Visitor,
  count: number,
): Promise<boolean> {
  return isSqlite(environment.DATABASE_URL) ? await isUnanswered(person) : (await countWaiting(db)) >= count;
}

/** A process that waits for another one that writes to SQLite does nothing else meanwhile. */
async function isUnanswered(person: Visitor): Promise<boolean> {
  return await Promise.race([person.get('/up').then(() => false), delay(SILENCE_MS, true)]);
}

/** How many connections wait for a lock that another one has. */
async function countWaiting(db: Database): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*) AS count FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`.execute(db);
  return rows[0]?.count ?? 0;
}
