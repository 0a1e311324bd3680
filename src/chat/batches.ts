import type { ReplyEvent } from '../llm/model.ts';

type End = Extract<ReplyEvent, { type: 'end' }>;

/** What came from the model since the last batch. */
export interface Batch {
  readonly text: string;
  readonly reasoning: string;
  /** Comes with the last batch of a reply that the model has ended. */
  readonly end: End | undefined;
}

const INTERVAL_MS = 40;
const LONGEST_INTERVAL_MS = 250;
/** How much of the pause after it a batch may take; past it, batches come less often. */
const BUSY_SHARE = 1 / 4;

/**
 * Gathers a model's events, so that many small chunks cost one write and one frame. The first batch and the last
 * come at once, those between at most every 40 ms; when carrying them out takes long, up to 250 ms apart, and never
 * with less rest between them than they took.
 * @throws what the events throw, after a batch with all that came before
 */
export async function* inBatches(events: AsyncIterable<ReplyEvent>): AsyncGenerator<Batch> {
  const gathering = new Gathering(events);
  while (await gathering.somethingCame()) {
    const start = performance.now();
    yield gathering.take();
    await gathering.pause(pauseAfter(performance.now() - start));
  }
  gathering.throwIfFailed();
}

function pauseAfter(spentMs: number): number {
  return Math.max(INTERVAL_MS, Math.min(LONGEST_INTERVAL_MS, spentMs / BUSY_SHARE), spentMs);
}

const NOTHING: Batch = { text: '', reasoning: '', end: undefined };

/** Reads events as they come, whether or not anybody takes them yet. */
class Gathering {
  #batch = NOTHING;
  #ended = false;
  #error: { readonly thrown: unknown } | undefined;
  #came = Promise.withResolvers<void>();
  #paused = Promise.withResolvers<void>();

  constructor(events: AsyncIterable<ReplyEvent>) {
    void this.#read(events);
  }

  /** Waits until there is something to take. @returns `false` when nothing will come any more */
  async somethingCame(): Promise<boolean> {
    if (this.#batch === NOTHING && !this.#ended) await this.#came.promise;
    return this.#batch !== NOTHING;
  }

  take(): Batch {
    const batch = this.#batch;
    this.#batch = NOTHING;
    this.#came = Promise.withResolvers();
    return batch;
  }

  /** Waits, but not past the end. */
  async pause(ms: number): Promise<void> {
    if (this.#ended) return;
    this.#paused = Promise.withResolvers();
    const timer = setTimeout(this.#paused.resolve, ms);
    await this.#paused.promise;
    clearTimeout(timer);
  }

  throwIfFailed(): void {
    if (this.#error) throw this.#error.thrown;
  }

  async #read(events: AsyncIterable<ReplyEvent>): Promise<void> {
    try {
      for await (const event of events) this.#add(event);
    } catch (thrown) {
      this.#error = { thrown };
    }
    this.#ended = true;
    this.#came.resolve();
    this.#paused.resolve();
  }

  #add(event: ReplyEvent): void {
    const { text, reasoning } = this.#batch;
    if (event.type === 'end') this.#batch = { text, reasoning, end: event };
    else if (event.type === 'text') this.#batch = { text: text + event.text, reasoning, end: undefined };
    else this.#batch = { text, reasoning: reasoning + event.text, end: undefined };
    this.#came.resolve();
  }
}
