import { CleanText } from './clean-text.ts';
import type { ReplyEvent } from './exchange.ts';
import { UpstreamFault } from './faults.ts';
import { type ChunkParts, partsOf } from './reply-chunk.ts';
import type { Watchdog } from './watchdog.ts';

/** A server's answer to the question for a reply. */
export interface Answer {
  readonly chunks: AsyncIterable<unknown>;
  readonly headers: Headers;
  /** Which model was asked. */
  readonly model: string;
}

/** What may follow the finish reason is the usage; a server that then leaves the connection open is not waited for. */
const USAGE_GRACE_MS = 1_000;

const NOTES: Readonly<Record<string, string>> = {
  length: 'This reply was cut short: it reached the length that the model may write.',
  content_filter: "This reply was cut short by the content filter of the model's provider.",
};

/**
 * Turns the chunks of a completion into the events of a reply. Only a finish reason makes it complete: `[DONE]` is
 * missing with some servers, and a connection that is closed early looks the same without it.
 * @throws UpstreamFault, and what the chunks throw before the reply is complete
 */
export async function* readReply(
  { chunks, headers, model }: Answer,
  watchdog: Watchdog,
): AsyncGenerator<ReplyEvent> {
  const reply = new ReplyState(model);
  try {
    for await (const chunk of chunks) {
      watchdog.stop(); // a reader who takes his time is not the model's silence
      yield* reply.take(partsOf(chunk));
      watchdog.feed(reply.isFinished ? USAGE_GRACE_MS : undefined);
    }
  } catch (error) {
    if (!reply.isFinished) throw error;
  } finally {
    watchdog.stop();
  }
  // An aborted stream ends without a word; whoever said how it finished is not to blame for silence.
  if (!reply.isFinished) watchdog.signal.throwIfAborted();
  if (!reply.hasBegun && !isEventStream(headers)) throw new UpstreamFault('not-event-stream');
  yield* reply.end();
}

function isEventStream(headers: Headers): boolean {
  return headers.get('content-type')?.includes('event-stream') ?? false;
}

class ReplyState {
  readonly #askedModel: string;
  readonly #text = new CleanText();
  readonly #reasoning = new CleanText();
  #last: Omit<ChunkParts, 'text' | 'reasoning'> | undefined;
  #hasText = false;
  /** White space alone is no text; what comes before the first word comes with it. */
  #heldBack = '';

  constructor(askedModel: string) {
    this.#askedModel = askedModel;
  }

  get hasBegun(): boolean {
    return this.#last !== undefined;
  }

  get isFinished(): boolean {
    return this.#last?.finishReason !== undefined;
  }

  *take({ text, reasoning, ...about }: ChunkParts): Generator<ReplyEvent> {
    this.#last = {
      model: about.model ?? this.#last?.model,
      finishReason: about.finishReason ?? this.#last?.finishReason,
      promptTokens: about.promptTokens ?? this.#last?.promptTokens,
      completionTokens: about.completionTokens ?? this.#last?.completionTokens,
    };
    yield* this.#events(this.#reasoning.push(reasoning), this.#text.push(text));
  }

  *end(): Generator<ReplyEvent> {
    if (this.#last?.finishReason === undefined) throw new UpstreamFault('broken-off');
    yield* this.#events(this.#reasoning.end(), this.#text.end());
    const { finishReason, model = this.#askedModel, promptTokens, completionTokens } = this.#last;
    if (!this.#hasText) throw new UpstreamFault(EMPTY[finishReason] ?? 'empty');
    yield { type: 'end', note: NOTES[finishReason], model, promptTokens, completionTokens };
  }

  *#events(reasoning: string, text: string): Generator<ReplyEvent> {
    if (reasoning) yield { type: 'reasoning', text: reasoning };
    this.#heldBack += text;
    if (!this.#hasText && !this.#heldBack.trim()) return;
    this.#hasText = true;
    if (this.#heldBack) yield { type: 'text', text: this.#heldBack };
    this.#heldBack = '';
  }
}

/** Why there is no text, where the finish reason tells. */
const EMPTY: Readonly<Record<string, 'filtered' | 'only-thought'>> = {
  content_filter: 'filtered',
  length: 'only-thought',
};
