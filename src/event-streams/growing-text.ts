import type { EventStream, SentEvent } from './event-stream.ts';

/** So many characters may wait for a reader who does not keep up; then the model waits too. */
const MOST_UNSENT = 16 * 1024;

/** A text on its way to a reader. What comes while the reader does not keep up is told later, in one event. */
export class GrowingText {
  readonly #stream: EventStream;
  readonly #worded: (whole: string, added: string) => SentEvent;
  #whole = '';
  #unsent = '';
  #waiting: Promise<void> | undefined;

  constructor(stream: EventStream, worded: (whole: string, added: string) => SentEvent) {
    this.#stream = stream;
    this.#worded = worded;
  }

  /** Resolves when more may come, or the reader is gone. */
  async add(text: string): Promise<void> {
    this.#unsent += text;
    if (!this.#stream.isFull) return this.flush();
    this.#waiting ??= this.#flushLater();
    if (this.#unsent.length >= MOST_UNSENT) await this.#waiting;
  }

  /** Sends what has not been sent. */
  flush(): void {
    const added = this.#unsent;
    if (!added) return;
    this.#unsent = '';
    this.#whole += added;
    this.#stream.send(this.#worded(this.#whole, added));
  }

  async #flushLater(): Promise<void> {
    await this.#stream.hasRoom();
    this.#waiting = undefined;
    this.flush();
  }
}
