import process from 'node:process';
import { parseArgs } from 'node:util';
import type { Figure } from './figures.ts';
import { forAsLongAs } from './lifetime.ts';
import { machine } from './machine.ts';
import type { Scenario } from './scenario.ts';
import { idle } from './scenarios/idle.ts';
import { readers } from './scenarios/readers.ts';
import { replies } from './scenarios/replies.ts';
import { type Mode, startStack } from './stack.ts';
import { median } from './statistics.ts';
import { table } from './table.ts';

// Puts load on the program and prints what came of it: `npm run bench -- replies readers --runs 3 --mode process`.

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  replies: replies(1000),
  burst: replies(0),
  readers,
  idle,
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '1' },
    mode: { type: 'string', multiple: true, default: ['redis'] },
    profiles: { type: 'string' },
  },
});

try {
  await bench();
} catch (error) {
  const sentence = error instanceof Error ? error.message : String(error);
  console.error(
    sentence.includes('EMFILE') ? `${sentence}\nAllow more open files: ulimit -n 4096` : sentence,
  );
  process.exitCode = 1;
}

async function bench(): Promise<void> {
  const modes = values.mode.map(modeFrom);
  const scenarios = (positionals.length > 0 ? positionals : Object.keys(SCENARIOS)).map(scenarioFrom);
  const runs = Number(values.runs);
  if (!(Number.isInteger(runs) && runs > 0))
    throw new Error(`--runs takes a whole number, not ${values.runs}.`);
  console.log(`${await machine()} Runs: ${runs}.\n`);
  for (const scenario of scenarios) {
    const columns = [];
    for (const mode of modes) columns.push({ name: mode, figures: await measure(scenario, mode, runs) });
    console.log(table({ title: scenario.title, columns }));
  }
}

/** Each figure is the median of that figure in all runs, each of which starts everything anew. */
async function measure(scenario: Scenario, mode: Mode, runs: number): Promise<Figure[]> {
  const all: (readonly Figure[])[] = [];
  for (let run = 0; run < runs; run++) {
    all.push(await forAsLongAs(async t => await scenario.run(t, await startStack(t, mode, values.profiles))));
  }
  return (all[0] ?? []).map((figure, place) => {
    const measured = all.flatMap(figures => figures[place]?.value ?? []);
    return { ...figure, value: measured.length > 0 ? median(measured) : undefined };
  });
}

function scenarioFrom(name: string): Scenario {
  const scenario = SCENARIOS[name];
  if (!scenario)
    throw new Error(`There is no scenario ${name}; there are ${Object.keys(SCENARIOS).join(', ')}.`);
  return scenario;
}

function modeFrom(name: string): Mode {
  if (name === 'redis' || name === 'process') return name;
  throw new Error(`--mode takes redis or process, not ${name}.`);
}
