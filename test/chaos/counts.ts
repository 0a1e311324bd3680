import type { Mode } from './stack.ts';

const IN_BOTH = [
  'questions by pages',
  'questions by HTTP',
  'replies',
  'stops',
  'continuations',
  'branch switches',
  'deletions of conversations',
  'deletions of message pairs',
  'cuts',
  'silent cuts',
  'kills of web processes',
  'replacements of web processes',
  'stalls',
  'hidden tabs',
  'tabs asleep',
  'pages offline',
  'frames',
  'catch-ups of pages',
  'catch-ups of readers',
] as const;
const WITH_REDIS = ['kills of workers', 'replacements of workers', 'restarts of Redis'] as const;

export type Counted = (typeof IN_BOTH)[number] | (typeof WITH_REDIS)[number];

/** How often each thing happened. */
export class Counts {
  readonly #counts: Map<Counted, number>;

  constructor(mode: Mode) {
    const names: readonly Counted[] = mode === 'redis' ? [...IN_BOTH, ...WITH_REDIS] : IN_BOTH;
    this.#counts = new Map(names.map(name => [name, 0]));
  }

  add(name: Counted, count = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + count);
  }

  get all(): ReadonlyMap<Counted, number> {
    return this.#counts;
  }

  /** What never happened: a run without it proves nothing of it. */
  get missing(): readonly Counted[] {
    return [...this.#counts].flatMap(([name, count]) => (count === 0 ? name : []));
  }
}
