import type { Random } from '../support/random.ts';
import type { Mode } from './stack.ts';

/** Something that is done to the program, its network or its readers. */
export interface Disturbance {
  readonly kind: Kind;
  /** After the beginning. */
  readonly atMs: number;
  /** How long it lasts. */
  readonly forMs: number;
  /** Chooses whom it meets. */
  readonly seed: number;
}

interface Habit {
  readonly perMinute: number;
  readonly shortestMs: number;
  readonly longestMs: number;
  /** In which part of the run: what takes long to mend is not done at its end. */
  readonly until: number;
}

const HABITS = {
  cut: { perMinute: 40, shortestMs: 0, longestMs: 0, until: 1 },
  'silent cut': { perMinute: 6, shortestMs: 8_000, longestMs: 10_000, until: 0.85 },
  'kill web': { perMinute: 4, shortestMs: 0, longestMs: 1_500, until: 0.8 },
  'replace web': { perMinute: 3, shortestMs: 0, longestMs: 500, until: 0.9 },
  'kill worker': { perMinute: 2, shortestMs: 0, longestMs: 1_500, until: 0.6 },
  'replace worker': { perMinute: 2, shortestMs: 0, longestMs: 500, until: 0.9 },
  'restart Redis': { perMinute: 3, shortestMs: 0, longestMs: 2_000, until: 0.9 },
  stall: { perMinute: 30, shortestMs: 500, longestMs: 5_000, until: 1 },
  hide: { perMinute: 15, shortestMs: 300, longestMs: 6_000, until: 1 },
  sleep: { perMinute: 6, shortestMs: 1_000, longestMs: 6_000, until: 1 },
  'go offline': { perMinute: 5, shortestMs: 500, longestMs: 6_000, until: 1 },
} as const satisfies Record<string, Habit>;

export type Kind = keyof typeof HABITS;

const KINDS = Object.keys(HABITS) as Kind[];
const OF_REDIS_MODE: readonly Kind[] = ['kill worker', 'replace worker', 'restart Redis'];

/** What is done when, in this order: each kind as often as its habit is, at least once, at random times. */
export function scheduleOf(random: Random, mode: Mode, seconds: number): readonly Disturbance[] {
  return KINDS.filter(kind => mode === 'redis' || !OF_REDIS_MODE.includes(kind))
    .flatMap(kind => {
      const { perMinute, shortestMs, longestMs, until } = HABITS[kind];
      const count = Math.max(1, Math.round((perMinute * seconds) / 60));
      return Array.from({ length: count }, (_, place) => ({
        kind,
        atMs: ((place + random.fraction()) / count) * until * seconds * 1_000,
        forMs: random.between(shortestMs, longestMs),
        seed: Math.floor(random.fraction() * 2 ** 32),
      }));
    })
    .toSorted((one, other) => one.atMs - other.atMs);
}
