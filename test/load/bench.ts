import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { writeFigures } from './benchmarks-page.ts';
import { inEachMode } from './in-each-mode.ts';
import { machine } from './machine.ts';
import type { Options, Scenario } from './scenario.ts';
import { browser } from './scenarios/browser.ts';
import { idle } from './scenarios/idle.ts';
import { readers } from './scenarios/readers.ts';
import { reconnect } from './scenarios/reconnect.ts';
import { replies } from './scenarios/replies.ts';
import { rows } from './scenarios/rows.ts';
import { scale } from './scenarios/scale.ts';
import { ways } from './scenarios/ways.ts';
import type { Mode } from './stack.ts';

// Puts load on the program and prints what came of it: `npm run bench -- replies readers --runs 3 --mode process`.

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  replies: inEachMode(replies(1000)),
  burst: inEachMode(replies(0)),
  readers: inEachMode(readers),
  idle: inEachMode(idle),
  reconnect: inEachMode(reconnect),
  scale,
  rows,
  ways,
  browser: inEachMode(browser),
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '1' },
    mode: { type: 'string', multiple: true, default: ['redis'] },
    profiles: { type: 'string' },
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    json: { type: 'string' },
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
  const names = positionals.length > 0 ? positionals : Object.keys(SCENARIOS);
  const scenarios = names.map(name => ({ name, run: scenarioFrom(name) }));
  const options = optionsFrom();
  const about = `${new Date().toISOString().slice(0, 10)}, ${await machine()}`;
  const raw: Record<string, unknown> = { about, command: command() };
  console.log(`${about}\n`);
  for (const { name, run } of scenarios) {
    const report = await run(options);
    console.log(report.markdown);
    raw[name] = report.raw;
    // Each at once, so that what fails later takes nothing of it away.
    if (values.json) writeFileSync(values.json, `${JSON.stringify(raw, null, 2)}\n`);
    if (values.write) await writeFigures(name, `${about}\n\`${command()}\``, report);
  }
}

function optionsFrom(): Options {
  const runs = Number(values.runs);
  if (!(Number.isInteger(runs) && runs > 0))
    throw new Error(`--runs takes a whole number, not ${values.runs}.`);
  if (values.quick && values.write) throw new Error('--write takes a full run, not a quick one.');
  const { profiles, quick: isQuick } = values;
  return { runs, modes: values.mode.map(modeFrom), profiles, isQuick };
}

/** As somebody would type it to measure the same. */
function command(): string {
  const { runs, mode, quick } = values;
  const options = [
    ...positionals,
    ...(runs === '1' ? [] : [`--runs ${runs}`]),
    ...(mode.join() === 'redis' ? [] : mode.map(name => `--mode ${name}`)),
    ...(quick ? ['--quick'] : []),
  ];
  return ['npm run bench', ...(options.length > 0 ? ['--', ...options] : [])].join(' ');
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
