/** How many letters and digits each line showed, and when. */
interface Sample {
  readonly ms: number;
  readonly letters: readonly number[];
}

/** More points than this nobody could tell apart. */
const MOST_SAMPLES = 400;

/** How the texts grow over time, as lines in a box of a given size. */
export class Growth {
  readonly #start = performance.now();
  #samples: Sample[] = [{ ms: 0, letters: [] }];

  add(letters: readonly number[]): void {
    if (this.#samples.length >= MOST_SAMPLES)
      this.#samples = this.#samples.filter((_, place) => place % 2 === 0);
    this.#samples.push({ ms: performance.now() - this.#start, letters });
  }

  get ms(): number {
    return this.#samples.at(-1)?.ms ?? 0;
  }

  /** The most that any of them has shown. */
  get most(): number {
    return Math.max(0, ...this.#samples.flatMap(({ letters }) => letters));
  }

  /** The points of a line, for an SVG `polyline` in a box of this size. */
  points(line: number, width: number, height: number): string {
    const across = width / (this.ms || 1);
    const up = height / (this.most || 1);
    return this.#samples
      .map(({ ms, letters }) => [ms * across, height - (letters[line] ?? 0) * up])
      .map(point => point.map(Math.round).join(','))
      .join(' ');
  }
}
