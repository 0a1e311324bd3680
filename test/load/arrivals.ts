import { type Mark, millisecondsSince } from './marks.ts';

/** What a reader received of one reply, whichever way it came. */
export interface Reception {
  /** When its first word came, by `now()`. */
  readonly firstAt: number;
  /** For each word, milliseconds from when the model sent it to the first frame that has it; `NaN` if none has. */
  readonly delays: Float64Array;
  /** Words that came later than one after them. */
  readonly gaps: number;
  /** Messages on the socket, or events. */
  readonly frames: number;
  /** What came, before compression, and as it was sent. */
  readonly plainBytes: number;
  readonly wireBytes: number;
}

/** Which of a reply's words have come, when, and in which order. */
export class Arrivals {
  /** By the word's number. */
  readonly #delays: (number | undefined)[] = [];
  #firstAt = Number.NaN;
  #next = 0;
  #gaps = 0;

  add(marks: readonly Mark[], arrivedAt: number): void {
    for (const { n, at } of marks) {
      if (this.#delays[n] !== undefined) continue;
      if (Number.isNaN(this.#firstAt)) this.#firstAt = arrivedAt;
      this.#delays[n] = millisecondsSince(at, arrivedAt);
      this.#gaps += Math.max(0, n - this.#next);
      this.#next = Math.max(this.#next, n + 1);
    }
  }

  get summary(): Pick<Reception, 'firstAt' | 'delays' | 'gaps'> {
    const delays = Float64Array.from(this.#delays, delay => delay ?? Number.NaN);
    return { firstAt: this.#firstAt, delays, gaps: this.#gaps };
  }
}
