import { millisecondsSince } from './marks.ts';
import { type Measured, sum, type Usage } from './meter.ts';
import type { Answer } from './readers.ts';
import { mean, percentile, total } from './statistics.ts';

/** What was measured, as a row of the table. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  /** `undefined` where it could not be measured. */
  readonly value: number | undefined;
  /** What the project wants it to be at most. */
  readonly target?: number | undefined;
}

/** How late the tokens come, and in how many frames. */
export function streamFigures(
  answers: readonly Answer[],
  targets: { readonly p50?: number; readonly p95: number },
): Figure[] {
  const outcomes = answers.flatMap(answer => answer.outcomes);
  const delays = Float64Array.from(outcomes.flatMap(outcome => [...outcome.delays]));
  const frames = mean(outcomes.map(outcome => outcome.frames));
  const kilobytes = mean(outcomes.map(({ plainBytes }) => plainBytes / 1000));
  const sent = mean(outcomes.map(({ wireBytes }) => wireBytes / 1000));
  const gaps = outcomes.map(outcome => outcome.gaps + outcome.catchUps);
  return [
    {
      name: 'token sent → frame with it, p50',
      unit: 'ms',
      value: percentile(delays, 0.5),
      target: targets.p50,
    },
    {
      name: 'token sent → frame with it, p95',
      unit: 'ms',
      value: percentile(delays, 0.95),
      target: targets.p95,
    },
    { name: 'token sent → frame with it, longest', unit: 'ms', value: percentile(delays, 1) },
    { name: 'frames per reader', unit: '', value: frames },
    { name: 'messages per reader', unit: 'kB', value: kilobytes },
    { name: '… as sent', unit: 'kB', value: sent },
    { name: 'gaps, mended by a catch-up', unit: '', value: total(gaps) },
  ];
}

/** What the program adds to the time that the model takes for its first token. */
export function firstTokenFigures(answers: readonly Answer[]): Figure[] {
  const asking = answers.flatMap(({ postedAt, outcomes }) =>
    outcomes.map(({ requestAt }) => -millisecondsSince(requestAt, postedAt)),
  );
  const showing = answers.flatMap(({ outcomes }) => outcomes.map(({ delays }) => delays[0] ?? Number.NaN));
  const own = asking.map((ms, place) => ms + (showing[place] ?? Number.NaN));
  return [
    { name: 'first token, over the model’s own time, p50', unit: 'ms', value: percentile(own, 0.5) },
    {
      name: 'first token, over the model’s own time, p95',
      unit: 'ms',
      value: percentile(own, 0.95),
      target: 60,
    },
    { name: '… question posted → model asked, p95', unit: 'ms', value: percentile(asking, 0.95) },
    { name: '… first token sent → frame with it, p95', unit: 'ms', value: percentile(showing, 0.95) },
  ];
}

/** The CPU of the program for each reply, and what the load itself and everything else took, in parts of one core. */
export function usageFigures(
  { cpuMs, otherCpuMs, seconds }: Usage,
  { processes, harness }: { readonly processes: readonly Measured[]; readonly harness: readonly Measured[] },
  replies: number,
  target?: number,
): Figure[] {
  const perReply = ({ name }: Measured) => dividedBy(cpuMs[name], replies);
  const ofCore = (ms: number | undefined) => dividedBy(ms, seconds * 10);
  return [
    { name: 'CPU per reply', unit: 'ms', value: sum(processes.map(perReply)), target },
    ...processes.map(each => ({ name: `… ${each.name}`, unit: 'ms', value: perReply(each) })),
    ...harness.map(({ name }) => ({
      name: `load: ${name}`,
      unit: '% of a core',
      value: ofCore(cpuMs[name]),
    })),
    { name: 'anything else on the machine', unit: '% of a core', value: ofCore(otherCpuMs) },
  ];
}

function dividedBy(value: number | undefined, divisor: number): number | undefined {
  return value === undefined ? undefined : value / divisor;
}
