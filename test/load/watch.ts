import type { Frame } from './frame.ts';
import { type Instant, millisecondsSince } from './marks.ts';
import type { ShownPage } from './shown-page.ts';

/** What one reader saw of one reply. */
export interface Outcome {
  readonly messageId: string;
  readonly status: string;
  readonly version: number;
  /** As shown in the end, blanks reduced to one. */
  readonly text: string;
  /** For each word, milliseconds from when the model sent it to the first frame that has it. */
  readonly delays: Float64Array;
  /** When the model was asked. */
  readonly requestAt: Instant;
  readonly frames: number;
  readonly characters: number;
  /** Words that came later than one after them, and catch-ups that were asked for. */
  readonly gaps: number;
  readonly catchUps: number;
}

/** Looks at what a page receives and shows, from before a question until its reply is complete. */
export class Watch {
  readonly #page: ShownPage;
  readonly #newestBefore: string | undefined;
  readonly #done = Promise.withResolvers<Outcome>();
  /** By the word's number. */
  readonly #delays: (number | undefined)[] = [];
  #requestAt: Instant = 0;
  #frames = 0;
  #characters = 0;
  #next = 0;
  #gaps = 0;
  #catchUps = 0;

  constructor(page: ShownPage) {
    this.#page = page;
    this.#newestBefore = page.newest?.id;
  }

  /** Resolves when the page shows the reply as complete. */
  get done(): Promise<Outcome> {
    return this.#done.promise;
  }

  arrived({ html, marks, requestAt }: Frame, arrivedAt: number): void {
    this.#frames += 1;
    this.#characters += html.length;
    if (requestAt !== undefined) this.#requestAt = requestAt;
    for (const { n, at } of marks) {
      if (this.#delays[n] !== undefined) continue;
      this.#delays[n] = millisecondsSince(at, arrivedAt);
      this.#gaps += Math.max(0, n - this.#next);
      this.#next = Math.max(this.#next, n + 1);
    }
  }

  askedForCatchUp(): void {
    this.#catchUps += 1;
  }

  /** The page has changed. */
  look(): void {
    const { newest } = this.#page;
    if (!newest || newest.id === this.#newestBefore || newest.role !== 'assistant') return;
    if (newest.status === 'pending' || newest.status === 'streaming') return;
    this.#done.resolve({
      messageId: newest.id.replace('message_', ''),
      status: newest.status,
      version: newest.version,
      text: `${newest.settled}${newest.open}`
        .replace(/<[^<>]*>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim(),
      delays: Float64Array.from(this.#delays, delay => delay ?? Number.NaN),
      requestAt: this.#requestAt,
      frames: this.#frames,
      characters: this.#characters,
      gaps: this.#gaps,
      catchUps: this.#catchUps,
    });
  }

  break(error: Error): void {
    this.#done.reject(error);
  }
}
