import { randomUUID } from 'node:crypto';
import type { Dependencies } from '../dependencies.ts';
import { UpstreamFault } from '../llm/faults.ts';
import type { ChatMessage } from '../llm/model.ts';
import { MarkdownStream } from '../markdown/markdown-stream.ts';
import { findBot } from '../models/bot.ts';
import { findPath, loadMessages } from '../models/message.ts';
import {
  type Attempt,
  appendToReply,
  breakOffReply,
  claimReply,
  finishReply,
  LEASE_RENEWAL_MS,
  type Outcome,
  type Run,
  renewLease,
  returnReply,
  settleAbandonedReply,
} from '../models/reply.ts';
import type { MessageRow } from '../schema.ts';
import { type Batch, inBatches } from './batches.ts';
import { announceMessage, announceProgress, stopSignal } from './broadcasts.ts';

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
    const run = { messageId: attempt.messageId, runId: randomUUID() };
    const reply = await claimReply(deps.db, attempt, run.runId);
    if (!reply) return await settleAbandoned(deps, attempt);
    await announceMessage(deps, reply.id);
    await writeWithLease(deps, reply, run, stopped, shutdown);
  } finally {
    stopped.abort(); // leaves the model, whatever the reason
    await unsubscribe();
  }
}

async function settleAbandoned(deps: Deps, attempt: Attempt): Promise<void> {
  if (await settleAbandonedReply(deps.db, attempt)) await announceMessage(deps, attempt.messageId);
}

async function writeWithLease(
  deps: Deps,
  reply: MessageRow,
  run: Run,
  stopped: AbortController,
  shutdown: AbortSignal,
): Promise<void> {
  const renewal = setInterval(() => keepLease(deps, run, stopped), LEASE_RENEWAL_MS);
  try {
    await writeBatches(deps, reply, run, AbortSignal.any([stopped.signal, shutdown]));
    if (shutdown.aborted) await giveUp(deps, run);
  } catch (error) {
    if (!(error instanceof UpstreamFault)) throw error;
    await breakOff(deps, run, error.sentence);
  } finally {
    clearInterval(renewal);
  }
}

/** While the model is silent, only the lease tells that the writer lives; a lease that is lost ends the writing. */
async function keepLease(deps: Deps, run: Run, stopped: AbortController): Promise<void> {
  try {
    if (!(await renewLease(deps.db, run))) stopped.abort();
  } catch (error) {
    deps.log.error(error, 'A lease could not be renewed.');
  }
}

async function writeBatches(deps: Deps, reply: MessageRow, run: Run, signal: AbortSignal): Promise<void> {
  const markdown = new MarkdownStream(reply.content, reply.settled_length);
  for await (const batch of inBatches(deps.model.reply(await conversationSoFar(deps, reply), signal))) {
    if (signal.aborted || !(await writeBatch(deps, reply, run, markdown, batch))) return;
    if (batch.end) return await finish(deps, run, completed(batch.end));
  }
}

/** The row comes first. @returns whether the reply still was this run's to write */
async function writeBatch(
  deps: Deps,
  reply: MessageRow,
  run: Run,
  markdown: MarkdownStream,
  { text, reasoning }: Batch,
): Promise<boolean> {
  if (!text && !reasoning) return true;
  const change = text ? markdown.append(text) : undefined;
  const version = await appendToReply(deps.db, run, {
    text,
    reasoning,
    settledLength: change?.settledLength,
  });
  if (version === undefined) return false;
  await announceProgress(deps, reply, { change, reasoning, version });
  return true;
}

/** What the model is given: the bot's instructions, then the shown messages before the reply that have text. */
async function conversationSoFar(deps: Deps, reply: MessageRow): Promise<ChatMessage[]> {
  const path = await findPath(deps.db, reply.parent_id);
  const messages = await loadMessages(
    deps.db,
    path.map(({ id }) => id),
  );
  const said = messages
    .filter(({ content }) => content !== '')
    .map(({ role, content }) => ({ role, content }));
  return [{ role: 'system', content: await instructionsFor(deps, reply) }, ...said];
}

async function instructionsFor(deps: Deps, reply: MessageRow): Promise<string> {
  const bot = await findBot(deps.db, reply.bot_id ?? '');
  return bot.instructions;
}

function completed(end: NonNullable<Batch['end']>): Outcome {
  return {
    status: 'complete',
    note: end.note ?? null,
    model: end.model,
    prompt_tokens: end.promptTokens ?? null,
    completion_tokens: end.completionTokens ?? null,
  };
}

/** Settles a reply with text; one without is written from the start by whoever runs jobs next. */
async function giveUp(deps: Deps, run: Run): Promise<void> {
  const again = await returnReply(deps.db, run);
  if (!again) return await breakOff(deps, run, 'The server was restarted while it wrote this reply.');
  await announceMessage(deps, run.messageId);
  await deps.queue.add('write-reply', again);
}

async function breakOff(deps: Deps, run: Run, sentence: string): Promise<void> {
  if (await breakOffReply(deps.db, run, sentence)) await announceMessage(deps, run.messageId);
}

async function finish(deps: Deps, run: Run, outcome: Outcome): Promise<void> {
  if (await finishReply(deps.db, run, outcome)) await announceMessage(deps, run.messageId);
}
