import type { Dependencies } from '../dependencies.ts';
import { MarkdownStream } from '../markdown/markdown-stream.ts';
import { appendToReply, breakOffReply, finishReply, type Run, returnReply } from '../models/reply.ts';
import type { MessageRow, Status } from '../schema.ts';
import type { Batch } from './batches.ts';
import { announceMessage, announceProgress } from './broadcasts.ts';
import { closeReply } from './close-reply.ts';
import { haveNamed } from './name-conversation.ts';

type Deps = Pick<Dependencies, 'db' | 'broadcaster' | 'queue' | 'metrics'>;

/**
 * The one writer of a claimed reply. Each of its writes holds only while the reply is open and its own; those that end its
 * work return what the reply is then, or `undefined` when it no longer was this writer's.
 */
export class ReplyWriter {
  readonly run: Run;
  readonly reply: MessageRow;
  readonly #deps: Deps;
  readonly #markdown: MarkdownStream;
  /** Between the thoughts of a reply that is gone on with and those it had before. */
  #gap: string;

  constructor(deps: Deps, run: Run, reply: MessageRow) {
    this.run = run;
    this.reply = reply;
    this.#deps = deps;
    this.#markdown = new MarkdownStream(reply.content, reply.settled_length);
    this.#gap = reply.reasoning ? '\n\n' : '';
  }

  /** The row comes first. @returns whether the reply still is this writer's */
  async write({ text, reasoning: thoughts }: Batch): Promise<boolean> {
    if (!text && !thoughts) return true;
    const change = text ? this.#markdown.append(text) : undefined;
    const reasoning = thoughts && this.#gap + thoughts;
    if (thoughts) this.#gap = '';
    const addition = { text, reasoning, settledLength: change?.settledLength };
    const version = await appendToReply(this.#deps.db, this.run, addition);
    if (version === undefined) return false;
    await announceProgress(this.#deps, this.reply, { change, reasoning, version });
    return true;
  }

  /** Closes a reply that the model has ended. */
  async finish({
    note,
    model,
    promptTokens,
    completionTokens,
  }: NonNullable<Batch['end']>): Promise<Status | undefined> {
    const ending = {
      note: note ?? null,
      model,
      prompt_tokens: promptTokens ?? null,
      completion_tokens: completionTokens ?? null,
    };
    const status = await closeReply(this.#deps, this.reply.id, trx => finishReply(trx, this.run, ending));
    await haveNamed(this.#deps, this.reply);
    return status;
  }

  /** Closes a reply that cannot be ended; the text that came is kept. */
  async breakOff(sentence: string): Promise<Status | undefined> {
    return await closeReply(this.#deps, this.reply.id, trx => breakOffReply(trx, this.run, sentence));
  }

  /** Settles a reply with text; one without is written from the start by whoever runs jobs next. */
  async giveUp(): Promise<Status | undefined> {
    const again = await returnReply(this.#deps.db, this.run);
    if (!again) return await this.breakOff('The server was restarted while it wrote this reply.');
    await announceMessage(this.#deps, this.reply.id);
    await this.#deps.queue.add('write-reply', again);
    return 'pending';
  }
}
