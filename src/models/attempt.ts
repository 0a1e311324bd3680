import { sql } from 'kysely';
import { type Database, now } from '../database.ts';
import type { MessageRow, Status } from '../schema.ts';
import { brokenOff, leaseEnd } from './reply.ts';

/** A new reply that waits for longer has lost its job. */
const LOST_AFTER_MS = 15_000;
/** How many lost replies are looked for at once: adding their jobs takes time. */
const MOST_AT_ONCE = 500;
/** A reply without text is started over at most once. */
const TAKEOVERS = 1;

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
      takeovers: sql<number>`CASE status WHEN 'streaming' THEN takeovers + 1 ELSE takeovers END`,
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

/** Closes a reply whose writer died and that is not to be started over. @returns what it is now, where it did */
export async function settleAbandonedReply(
  db: Database,
  { messageId, attempt }: Attempt,
): Promise<Status | undefined> {
  const row = await db
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
    .returning('status')
    .executeTakeFirst();
  return row?.status;
}

/**
 * Open replies that nobody seems to work on, the oldest 500: their job may be lost (they wait, and were made more than
 * `waitMs` ago), or their writer died. One that is gone on with is old, and so among them at once; adding its job again
 * does nothing.
 */
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
    .orderBy('created_at')
    .limit(MOST_AT_ONCE)
    .execute();
}

const abandoned = sql<boolean>`(status = 'streaming' AND lease_until < ${now})`;
