import type { Script } from '../script.ts';
import { median } from '../statistics.ts';

/**
 * How the words of a model can get to a page: as events with all the text so far, as events with what is new, as the
 * program's Turbo Streams, or as Turbo Streams in the way of the articles, where each token brings the message anew.
 */
export const WAYS = ['accumulated', 'deltas', 'turbo', 'literal'] as const;
export type Way = (typeof WAYS)[number];

/** So many replies at once, of which each says what the script says and has one reader. */
export interface Load {
  readonly replies: number;
  readonly script: Script;
}

export interface Measurement {
  readonly way: Way;
  readonly load: Load;
  readonly figures: Figures;
}

/** What was measured; `undefined` where it could not be. Bytes and frames are for each reader, CPU and writes for each reply. */
export interface Figures {
  /** From the post of the question to the first word, where the model says one at once: not in documents. */
  readonly firstTokenMs: number | undefined;
  /** From a word's being sent by the model to the first frame with it. */
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  /** Words that came later than one after them, and catch-ups that pages asked for. */
  readonly outOfOrder: number;
  /** Words that came in no frame, and readers that showed something else in the end than the model had said. */
  readonly lost: number;
  readonly frames: number;
  readonly plainBytes: number;
  readonly wireBytes: number;
  readonly gzippedBytes: number | undefined;
  readonly characters: number;
  readonly writes: number;
  readonly cpuMs: number | undefined;
  readonly webCpuMs: number | undefined;
  readonly workerCpuMs: number | undefined;
  readonly redisCpuMs: number | undefined;
  /** The most that web process and worker had in RAM, in kB. */
  readonly kilobytes: number | undefined;
  /** What the load took, and what anything else on the machine did, in % of a core. */
  readonly loadShare: number | undefined;
  readonly otherShare: number | undefined;
}

export function isSame(one: Load, other: Load): boolean {
  const { kind, length, perSecond } = one.script;
  const { script, replies } = other;
  return (
    replies === one.replies &&
    script.kind === kind &&
    script.length === length &&
    script.perSecond === perSecond
  );
}

/** What no other run makes good. */
const FAULTS: ReadonlySet<string> = new Set<keyof Figures>(['outOfOrder', 'lost']);

/** The median of each figure, or the most that went wrong, where the same was measured several times. */
export function medians(all: readonly Measurement[]): Measurement[] {
  const firsts = all.filter((each, place) => all.findIndex(other => isRepeated(each, other)) === place);
  return firsts.map(first => {
    const figures = all.filter(other => isRepeated(first, other)).map(other => Object.entries(other.figures));
    const named = Object.keys(first.figures).map(name => {
      const values = figures.flatMap(each => each.find(([other]) => other === name)?.[1] ?? []);
      return [name, FAULTS.has(name) ? Math.max(...values) : values.length > 0 ? median(values) : undefined];
    });
    return { ...first, figures: { ...first.figures, ...Object.fromEntries(named) } };
  });
}

function isRepeated(one: Measurement, other: Measurement): boolean {
  return one.way === other.way && isSame(one.load, other.load);
}
