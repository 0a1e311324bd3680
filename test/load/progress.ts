/** Says on the terminal what is being measured, since when, and about how long it will still take. */
export class Progress {
  readonly #startedAt = performance.now();
  readonly #expected: number;
  #begun = 0;

  /** @param expectedSeconds how long all steps together should take; how long they do take corrects it */
  constructor(expectedSeconds: number) {
    this.#expected = expectedSeconds;
  }

  /** A step begins, which should take so long. */
  begin(name: string, expectedSeconds: number): void {
    const elapsed = (performance.now() - this.#startedAt) / 1000;
    const pace = this.#begun > 0 ? elapsed / this.#begun : 1;
    const left = (this.#expected - this.#begun) * pace;
    console.error(`${clock(elapsed)}, about ${clock(left)} left: ${name}`);
    this.#begun += expectedSeconds;
  }
}

function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
}
