import { randomUUID } from 'node:crypto';
import type { Dependencies } from '../dependencies.ts';
import { UpstreamFault } from '../llm/faults.ts';
import type { ChatMessage } from '../llm/model.ts';
import { type Attempt, claimReply, settleAbandonedReply } from '../models/attempt.ts';
import { findBot } from '../models/bot.ts';
import { findPath, loadMessages } from '../models/message.ts';
import { LEASE_RENEWAL_MS } from '../models/reply.ts';
import type { MessageRow } from '../schema.ts';
import { inBatches } from './batches.ts';
import { announceMessage, stopSignal } from './broadcasts.ts';
import { ReplyWriter } from './reply-writer.ts';

type Deps = Pick<Dependencies, 'db' | 'broadcaster' | 'model' | 'queue' | 'log'>;

/**
 * Writes a reply as its one writer: for each batch of the model's text first the row, then the frame.
 * Ends quietly when there is nothing to claim, and as soon as the reply is no longer its own to write.
 * @param shutdown fires when the process is about to end: the reply is settled, or given back
 */
export async function writeReply(deps: Deps, attempt: Attempt, shutdown: AbortSignal): Promise<void> {
  const stopped = new AbortController();
  const unsubscribe = await deps.broadcaster.subscribe(stopSignal(attempt.messageId), () => stopped.abort());
  try {
    const runId = randomUUID();
    const reply = await claimReply(deps.db, attempt, runId);
    if (!reply) return await settleAbandoned(deps, attempt);
    await announceMessage(deps, reply.id);
    const writer = new ReplyWriter(deps, reply, runId);
    await withLease(deps, writer, stopped, () => write(deps, writer, stopped.signal, shutdown));
  } finally {
    stopped.abort(); // leaves the model, whatever the reason
    await unsubscribe();
  }
}

async function settleAbandoned(deps: Deps, attempt: Attempt): Promise<void> {
  if (await settleAbandonedReply(deps.db, attempt)) await announceMessage(deps, attempt.messageId);
}

/** While the model is silent, only the lease tells that the writer lives; a lease that is lost ends the writing. */
async function withLease(
  { log }: Deps,
  writer: ReplyWriter,
  stopped: AbortController,
  work: () => Promise<void>,
): Promise<void> {
  const keep = async () => {
    if (!(await writer.keepLease())) stopped.abort();
  };
  const renewal = setInterval(() => {
    keep().catch(error => log.error(error, 'A lease could not be renewed.'));
  }, LEASE_RENEWAL_MS);
  try {
    await work();
  } finally {
    clearInterval(renewal);
  }
}

async function write(
  deps: Deps,
  writer: ReplyWriter,
  stopped: AbortSignal,
  shutdown: AbortSignal,
): Promise<void> {
  const signal = AbortSignal.any([stopped, shutdown]);
  try {
    const messages = await conversationSoFar(deps, writer.reply);
    for await (const batch of inBatches(deps.model.reply(messages, signal))) {
      if (signal.aborted || !(await writer.write(batch))) break;
      if (batch.end) return await writer.finish(batch.end);
    }
    if (shutdown.aborted) await writer.giveUp();
  } catch (error) {
    if (!(error instanceof UpstreamFault)) throw error;
    deps.log.warn({ messageId: writer.reply.id, fault: error.kind, trace: error.trace }, error.sentence);
    await writer.breakOff(error.sentence);
  }
}

/** What the model is given: the bot's instructions, then the shown messages before the reply that have text. */
async function conversationSoFar({ db }: Deps, reply: MessageRow): Promise<ChatMessage[]> {
  const { instructions } = await findBot(db, reply.bot_id ?? '');
  const path = await findPath(db, reply.parent_id);
  const ids = path.map(({ id }) => id);
  const said = (await loadMessages(db, ids)).filter(({ content }) => content !== '');
  return [{ role: 'system', content: instructions }, ...said.map(({ role, content }) => ({ role, content }))];
}
