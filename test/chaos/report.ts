import type { Counts } from './counts.ts';
import type { Mode } from './stack.ts';

/** What came of a run. */
export interface Outcome {
  readonly seed: number;
  readonly mode: Mode;
  readonly counts: Counts;
  /** How long after everything was let be the last of them was right, or the waiting was given up. */
  readonly rightAfterSeconds: number;
  readonly wallSeconds: number;
  /** Each in words; none, and the run has passed. */
  readonly faults: readonly string[];
}

const MOST_FAULTS = 40;

/** The outcome as a person reads it. */
export function report({ seed, mode, counts, rightAfterSeconds, wallSeconds, faults }: Outcome): string {
  const figures = [
    ...[...counts.all].map(([name, count]) => [name, count.toLocaleString('en')] as const),
    ['right after', `${rightAfterSeconds.toFixed(1)} s`] as const,
    ['wall time', `${wallSeconds.toFixed(0)} s`] as const,
  ];
  const width = Math.max(...figures.map(([name]) => name.length));
  return [
    `Chaos with seed ${seed}, ${mode}`,
    ...figures.map(([name, figure]) => `  ${name.padEnd(width)}  ${figure.padStart(9)}`),
    faults.length === 0 ? 'Nothing was lost.' : `${faults.length} faults:`,
    ...faults.slice(0, MOST_FAULTS).map(fault => `  ${fault}`),
    ...(faults.length > MOST_FAULTS ? [`  … and ${faults.length - MOST_FAULTS} more`] : []),
  ].join('\n');
}
