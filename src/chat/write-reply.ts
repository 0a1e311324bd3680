import { randomUUID } from 'node:crypto';
import type { Dependencies } from '../dependencies.ts';
import { UpstreamFault } from '../llm/faults.ts';
import { type Attempt, claimReply, settleAbandonedReply } from '../models/attempt.ts';
import { findSpeaker, wishesOf } from '../models/bot.ts';
import type { Status } from '../schema.ts';
import { type Batch, inBatches } from './batches.ts';
import { announceMessage, stopSignal } from './broadcasts.ts';
import { closeReply } from './close-reply.ts';
import { conversationSoFar } from './conversation-so-far.ts';
import { Course } from './course.ts';
import { Lease } from './lease.ts';
import { ReplyWriter } from './reply-writer.ts';

type Deps = Pick<Dependencies, 'db' | 'broadcaster' | 'model' | 'queue' | 'metrics' | 'log'>;

/**
 * Writes a reply as its one writer: for each batch of the model's text first the row, then the frame.
 * Ends quietly when there is nothing to claim, and as soon as the reply is no longer its own to write.
 * @param shutdown fires when the process is about to end: the reply is settled, or given back
 * @param waitedMs how long the job for it waited, for the log
 */
export async function writeReply(
  those: Deps,
  attempt: Attempt,
  shutdown: AbortSignal,
  waitedMs?: number,
): Promise<void> {
  const run = { messageId: attempt.messageId, runId: randomUUID() };
  const deps = { ...those, log: those.log.child({ ...attempt, runId: run.runId }) };
  const lease = new Lease(deps, run);
  // Listens before it claims, so that no stop in between is missed.
  const unsubscribe = await deps.broadcaster.subscribe(stopSignal(run.messageId), lease);
  try {
    const reply = await claimReply(deps.db, attempt, run.runId);
    if (!reply) return await settleAbandoned(deps, attempt);
    lease.hold();
    const { conversation_id: conversationId, takeovers } = reply;
    deps.log.info({ conversationId, waitedMs }, takeovers > 0 ? 'Reply taken over.' : 'Reply begun.');
    await announceMessage(deps, reply.id);
    const course = new Course(deps);
    const status = await write(deps, new ReplyWriter(deps, run, reply), course, lease.lost, shutdown);
    deps.log.info({ conversationId, status, ...course.summary() }, endOf(status));
  } finally {
    lease.end(); // leaves the model, whatever the reason
    await unsubscribe();
  }
}

async function settleAbandoned(deps: Deps, attempt: Attempt): Promise<void> {
  const status = await closeReply(deps, attempt.messageId, trx => settleAbandonedReply(trx, attempt));
  if (status) deps.log.info({ status }, 'Abandoned reply settled.');
}

/** What the log calls it. */
function endOf(status: Status | undefined): string {
  if (status === undefined) return 'Reply left.';
  return status === 'pending' ? 'Reply given back.' : 'Reply ended.';
}

/** @returns what the reply is then, or `undefined` when it is no longer this writer's */
async function write(
  deps: Deps,
  writer: ReplyWriter,
  course: Course,
  lost: AbortSignal,
  shutdown: AbortSignal,
): Promise<Status | undefined> {
  const signal = AbortSignal.any([lost, shutdown]);
  try {
    const bot = await findSpeaker(deps.db, writer.reply.bot_id);
    const wishes = wishesOf(bot, writer.reply.wanted_model);
    const messages = await conversationSoFar(deps, writer, { bot, ...wishes });
    if (!messages) return undefined;
    course.asked();
    for await (const batch of inBatches(deps.model.reply({ messages, ...wishes }, signal))) {
      course.took(batch);
      if (signal.aborted || !(await writer.write(batch))) break;
      if (batch.end) return await writer.finish(batch.end);
    }
    return shutdown.aborted ? await writer.giveUp() : undefined;
  } catch (error) {
    if (!(error instanceof UpstreamFault)) throw error;
    if (error.kind === 'empty' && writer.reply.content) return await writer.finish(nothingToAdd(deps));
    deps.log.warn({ fault: error.kind, trace: error.trace }, error.sentence);
    return await writer.breakOff(error.sentence);
  }
}

/** A model that is asked to go on, and has no more to say, has ended the reply. */
function nothingToAdd({ model }: Deps): NonNullable<Batch['end']> {
  return {
    type: 'end',
    note: undefined,
    model: model.name,
    promptTokens: undefined,
    completionTokens: undefined,
  };
}
