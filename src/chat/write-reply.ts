import { randomUUID } from 'node:crypto';
import type { Dependencies } from '../dependencies.ts';
import { UpstreamFault } from '../llm/faults.ts';
import { type Attempt, claimReply, settleAbandonedReply } from '../models/attempt.ts';
import { findSpeaker, wishesOf } from '../models/bot.ts';
import { type Batch, inBatches } from './batches.ts';
import { announceMessage, stopSignal } from './broadcasts.ts';
import { closeReply } from './close-reply.ts';
import { conversationSoFar } from './conversation-so-far.ts';
import { Lease } from './lease.ts';
import { ReplyWriter } from './reply-writer.ts';

type Deps = Pick<Dependencies, 'db' | 'broadcaster' | 'model' | 'queue' | 'log'>;

/**
 * Writes a reply as its one writer: for each batch of the model's text first the row, then the frame.
 * Ends quietly when there is nothing to claim, and as soon as the reply is no longer its own to write.
 * @param shutdown fires when the process is about to end: the reply is settled, or given back
 */
export async function writeReply(deps: Deps, attempt: Attempt, shutdown: AbortSignal): Promise<void> {
  const run = { messageId: attempt.messageId, runId: randomUUID() };
  const lease = new Lease(deps, run);
  // Listens before it claims, so that no stop in between is missed.
  const unsubscribe = await deps.broadcaster.subscribe(stopSignal(run.messageId), lease);
  try {
    const reply = await claimReply(deps.db, attempt, run.runId);
    if (!reply) return await closeReply(deps, attempt.messageId, trx => settleAbandonedReply(trx, attempt));
    lease.hold();
    await announceMessage(deps, reply.id);
    await write(deps, new ReplyWriter(deps, run, reply), lease.lost, shutdown);
  } finally {
    lease.end(); // leaves the model, whatever the reason
    await unsubscribe();
  }
}

async function write(
  deps: Deps,
  writer: ReplyWriter,
  lost: AbortSignal,
  shutdown: AbortSignal,
): Promise<void> {
  const signal = AbortSignal.any([lost, shutdown]);
  try {
    const bot = await findSpeaker(deps.db, writer.reply.bot_id);
    const wishes = wishesOf(bot, writer.reply.wanted_model);
    const messages = await conversationSoFar(deps, writer, { bot, ...wishes });
    if (!messages) return;
    for await (const batch of inBatches(deps.model.reply({ messages, ...wishes }, signal))) {
      if (signal.aborted || !(await writer.write(batch))) break;
      if (batch.end) return await writer.finish(batch.end);
    }
    if (shutdown.aborted) await writer.giveUp();
  } catch (error) {
    if (!(error instanceof UpstreamFault)) throw error;
    if (error.kind === 'empty' && writer.reply.content) return await writer.finish(nothingToAdd(deps));
    deps.log.warn({ messageId: writer.reply.id, fault: error.kind, trace: error.trace }, error.sentence);
    await writer.breakOff(error.sentence);
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
