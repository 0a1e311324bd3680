import { sql } from 'kysely';
import { type Database, now } from '../database.ts';
import type { MessageRow, Status } from '../schema.ts';
import type { Attempt } from './attempt.ts';

/** How long a writer that gives no sign of life keeps its reply. */
export const LEASE_MS = 15_000;
export const LEASE_RENEWAL_MS = 5_000;
/** The one writer of a reply. */
export interface Run {
  readonly messageId: string;
  readonly runId: string;
}

export interface Addition {
  readonly text: string;
  readonly reasoning: string;
  /** How much of the whole text is settled then, in UTF-16 code units, if that changes. */
  readonly settledLength: number | undefined;
}

/** Appends to the reply. @returns its new version, or `undefined` when the reply is no longer this run's to write */
export async function appendToReply(db: Database, run: Run, addition: Addition): Promise<number | undefined> {
  const row = await writeAs(db, run)
    .set(({ eb }) => ({
      content: sql<string>`content || ${addition.text}`,
      reasoning: sql<string>`reasoning || ${addition.reasoning}`,
      settled_length: addition.settledLength ?? eb.ref('settled_length'),
      lease_until: leaseEnd,
      version: eb('version', '+', 1),
    }))
    .returning('version')
    .executeTakeFirst();
  return row?.version;
}

/** Keeps the reply for another lease. @returns whether it still is this run's */
export async function renewLease(db: Database, run: Run): Promise<boolean> {
  const { numUpdatedRows } = await writeAs(db, run).set({ lease_until: leaseEnd }).executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** What the model said at the end of a reply. */
export type Ending = Pick<MessageRow, 'note' | 'model' | 'prompt_tokens' | 'completion_tokens'>;

/** Closes a reply that the model has ended. @returns what it is now, or `undefined` when it was no longer this run's */
export async function finishReply(db: Database, run: Run, ending: Ending): Promise<Status | undefined> {
  const row = await writeAs(db, run)
    .set(({ eb }) => ({
      ...ending,
      status: 'complete',
      finished_at: now,
      run_id: null,
      version: eb('version', '+', 1),
    }))
    .returning('status')
    .executeTakeFirst();
  return row?.status;
}

/** Closes a reply that cannot be ended: the text that came is kept. @returns as `finishReply` */
export async function breakOffReply(db: Database, run: Run, note: string): Promise<Status | undefined> {
  const row = await writeAs(db, run)
    .set(({ eb }) => ({
      status: brokenOff,
      note,
      finished_at: now,
      run_id: null,
      version: eb('version', '+', 1),
    }))
    .returning('status')
    .executeTakeFirst();
  return row?.status;
}

/** Gives a reply without text back, to be written from the start. @returns the attempt for another job */
export async function returnReply(db: Database, run: Run): Promise<Attempt | undefined> {
  const row = await writeAs(db, run)
    .set(({ eb }) => ({
      status: 'pending',
      reasoning: '',
      attempt: eb('attempt', '+', 1),
      run_id: null,
      version: eb('version', '+', 1),
    }))
    .where('content', '=', '')
    .returning('attempt')
    .executeTakeFirst();
  return row && { messageId: run.messageId, attempt: row.attempt };
}

/** Closes an open reply as the person's wish, whoever writes it. @returns whether it was open */
export async function stopReply(db: Database, messageId: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('messages')
    .set(({ eb }) => ({ status: 'stopped', finished_at: now, run_id: null, version: eb('version', '+', 1) }))
    .where('id', '=', messageId)
    .where('status', 'in', ['pending', 'streaming'])
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/**
 * Opens a closed reply with text that did not come to its end, to be gone on with. A complete reply has a note only
 * where it was cut short. @returns the attempt for another job, or `undefined` when there is nothing to go on with
 */
export async function reopenReply(db: Database, messageId: string): Promise<Attempt | undefined> {
  return await db
    .updateTable('messages')
    .set(({ eb }) => ({
      status: 'pending',
      note: null,
      finished_at: null,
      takeovers: 0,
      attempt: eb('attempt', '+', 1),
      version: eb('version', '+', 1),
    }))
    .where('id', '=', messageId)
    .where('content', '!=', '')
    .where(({ or, and, eb }) =>
      or([
        eb('status', 'in', ['stopped', 'interrupted']),
        and([eb('status', '=', 'complete'), eb('note', 'is not', null)]),
      ]),
    )
    .returning(['id as messageId', 'attempt'])
    .executeTakeFirst();
}

/** What becomes of a reply that cannot be ended. */
export const brokenOff = sql<Status>`CASE content WHEN '' THEN 'failed' ELSE 'interrupted' END`;
export const leaseEnd = sql<number>`${now} + ${LEASE_MS}`;
/** Every write of a writer holds only while the reply is open, the writer's own, and its lease has not run out. */
function writeAs(db: Database, { messageId, runId }: Run) {
  return db
    .updateTable('messages')
    .where('id', '=', messageId)
    .where('run_id', '=', runId)
    .where('status', '=', 'streaming')
    .where('lease_until', '>=', now);
}
