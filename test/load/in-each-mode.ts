import type { Figure } from './figures.ts';
import { forAsLongAs } from './lifetime.ts';
import { medianFigures } from './median-figures.ts';
import { Progress } from './progress.ts';
import type { Options, Scenario } from './scenario.ts';
import { type Mode, startStack } from './stack.ts';
import { table } from './table.ts';
import type { Trial } from './trial.ts';

/** Measures a trial with and without Redis. Each run starts everything anew. */
export function inEachMode(trial: Trial): Scenario {
  return async options => {
    const { modes, runs } = options;
    const progress = new Progress(modes.length * runs * trial.seconds);
    const columns = [];
    for (const mode of modes)
      columns.push({ name: mode, figures: await measure(trial, mode, options, progress) });
    const { title } = trial;
    return { markdown: table({ title, columns }), raw: { title, columns } };
  };
}

async function measure(
  trial: Trial,
  mode: Mode,
  { runs, profiles }: Options,
  progress: Progress,
): Promise<Figure[]> {
  const all: (readonly Figure[])[] = [];
  for (let run = 0; run < runs; run++) {
    progress.begin(`${trial.title}, ${mode}`, trial.seconds);
    all.push(await forAsLongAs(async t => await trial.run(t, await startStack(t, { mode, profiles }))));
  }
  return medianFigures(all);
}
