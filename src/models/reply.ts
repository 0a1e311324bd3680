import { sql } from 'kysely';
import { type Database, now } from '../database.ts';
import type { MessageRow, Status } from '../schema.ts';

/** How long a writer that gives no sign of life keeps its reply. */
export const LEASE_MS = 15_000;
export const LEASE_RENEWAL_MS = 5_000;
/** A reply that waits for longer has lost its job. */
const LOST_AFTER_MS = 15_000;
/** A reply without text is started over at most once. */
const TAKEOVERS = 1;

/** The one writer of a reply. */
export interface Run {
  readonly messageId: string;
  readonly runId: string;
}

/** One try to write a reply: a job is for one attempt, and finds nothing to do once there is a later one. */
export interface Attempt {
  readonly messageId: string;
  readonly attempt: number;
}

/**
 * Makes `runId` the writer of a reply that waits, or of one without text whose writer died.
 * @returns `undefined` when there is nothing to claim
 */
export async function claimReply(
  db: Database,
  { messageId, attempt }: Attempt,
  runId: string,
): Promise<MessageRow | undefined> {
  return await db
    .updateTable('messages')
    .set(({ eb }) => ({
      status: 'streaming',
      run_id: runId,
      lease_until: leaseEnd,
      takeovers: sql<number>`takeovers + (status = 'streaming')`,
      reasoning: sql<string>`CASE status WHEN 'streaming' THEN '' ELSE reasoning END`,
      started_at: now,
      version: eb('version', '+', 1),
    }))
    .where('id', '=', messageId)
    .where('attempt', '=', attempt)
    .where(({ or, and, eb }) =>
      or([
        eb('status', '=', 'pending'),
        and([abandoned, eb('content', '=', ''), eb('takeovers', '<', TAKEOVERS)]),
      ]),
    )
    .returningAll()
    .executeTakeFirst();
}

/** Closes a reply whose writer died and that is not to be started over. @returns whether it did */
export async function settleAbandonedReply(db: Database, { messageId, attempt }: Attempt): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('messages')
    .set(({ eb }) => ({
      status: brokenOff,
      note: sql<string>`CASE content
        WHEN '' THEN 'The reply could not be written.'
        ELSE 'The writing of this reply broke off.' END`,
      finished_at: now,
      run_id: null,
      version: eb('version', '+', 1),
    }))
    .where('id', '=', messageId)
    .where('attempt', '=', attempt)
    .where(abandoned)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
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

/** Closes a reply that the model has ended. @returns whether it still was this run's */
export async function finishReply(db: Database, run: Run, ending: Ending): Promise<boolean> {
  const { numUpdatedRows } = await writeAs(db, run)
    .set(({ eb }) => ({
      ...ending,
      status: 'complete',
      finished_at: now,
      run_id: null,
      version: eb('version', '+', 1),
    }))
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Closes a reply that cannot be ended: the text that came is kept. @returns whether it still was this run's */
export async function breakOffReply(db: Database, run: Run, note: string): Promise<boolean> {
  const { numUpdatedRows } = await writeAs(db, run)
    .set(({ eb }) => ({
      status: brokenOff,
      note,
      finished_at: now,
      run_id: null,
      version: eb('version', '+', 1),
    }))
    .executeTakeFirst();
  return numUpdatedRows > 0n;
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

/** Open replies that nobody seems to work on: their job was lost (they wait for longer than `waitMs`), or their writer died. */
export async function findLostReplies(db: Database, waitMs = LOST_AFTER_MS): Promise<Attempt[]> {
  return await db
    .selectFrom('messages')
    .where('status', 'in', ['pending', 'streaming']) // lets SQLite use the partial index of open replies
    .where(({ or, and, eb }) =>
      or([
        and([eb('status', '=', 'pending'), eb('created_at', '<', sql<number>`${now} - ${waitMs}`)]),
        abandoned,
      ]),
    )
    .select(['id as messageId', 'attempt'])
    .execute();
}

const brokenOff = sql<Status>`CASE content WHEN '' THEN 'failed' ELSE 'interrupted' END`;
const leaseEnd = sql<number>`${now} + ${LEASE_MS}`;
const abandoned = sql<boolean>`(status = 'streaming' AND lease_until < ${now})`;

/** Every write of a writer holds only while the reply is open, the writer's own, and its lease has not run out. */
function writeAs(db: Database, { messageId, runId }: Run) {
  return db
    .updateTable('messages')
    .where('id', '=', messageId)
    .where('run_id', '=', runId)
    .where('status', '=', 'streaming')
    .where('lease_until', '>=', now);
}
