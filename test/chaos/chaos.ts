import process from 'node:process';
import { parseArgs } from 'node:util';
import { forAsLongAs } from '../load/lifetime.ts';
import { report } from './report.ts';
import { type ChaosOptions, runChaos } from './run-chaos.ts';
import { MODES, type Mode } from './stack.ts';

// Lets everything fail that can while replies stream, and fails when anything is lost: `npm run chaos -- --seed 7`.

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000)) },
    mode: { type: 'string', default: 'redis' },
    seconds: { type: 'string', default: '60' },
    crowd: { type: 'string', default: 'all' },
    'without-catch-up': { type: 'boolean', default: false },
  },
});

try {
  const options = {
    seed: wholeNumber('seed', values.seed),
    mode: modeFrom(values.mode),
    seconds: wholeNumber('seconds', values.seconds),
    catchesUp: !values['without-catch-up'],
    crowd: crowdFrom(values.crowd),
  };
  console.error(`Seed ${options.seed}, ${options.seconds} s, ${options.mode} …`);
  const outcome = await forAsLongAs(t => runChaos(t, options));
  console.log(report(outcome));
  process.exit(outcome.faults.length > 0 ? 1 : 0);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1); // what waited for something that has ended now need not go on
}

function wholeNumber(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`--${name} takes a whole number, not ${text}.`);
}

function modeFrom(name: string): Mode {
  const mode = MODES.find(each => each === name);
  if (mode) return mode;
  throw new Error(`--mode takes ${MODES.join(' or ')}, not ${name}.`);
}

function crowdFrom(name: string): ChaosOptions['crowd'] {
  if (name === 'all' || name === 'few') return name;
  throw new Error(`--crowd takes all or few, not ${name}.`);
}
