import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { describe } from 'node:test';
import { promisify } from 'node:util';
import { forAsLongAs } from '../load/lifetime.ts';
import { Random } from '../support/random.ts';
import { report } from './report.ts';
import { type ChaosOptions, runChaos } from './run-chaos.ts';
import { scheduleOf } from './schedule.ts';

const ROOT = join(import.meta.dirname, '../..');

async function chaos(options: Omit<ChaosOptions, 'crowd'>) {
  const outcome = await forAsLongAs(t => runChaos(t, { ...options, crowd: 'few' }));
  return { outcome, text: report(outcome) };
}

// One after the other: on a slow machine two starve each other.
describe('a run of chaos', () => {
  test('nothing is lost in a minute of failing connections, web processes, workers and Redis', async () => {
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
    const [command = ''] = /^npm run chaos .*$/m.exec(readme) ?? [];
    const run = promisify(execFile)('sh', ['-c', `${command} --crowd few`], { cwd: ROOT });
    const { stdout, stderr } = await run.catch(error => error);
    assert.match(stdout, /^Chaos with seed \d+, redis$.*^Nothing was lost\.$/ms, stdout + stderr);
  });

  test('nothing is lost while the one process that there is fails', async () => {
    const { outcome, text } = await chaos({ seed: 2, mode: 'in-process', seconds: 8, catchesUp: true });
    assert.deepEqual(outcome.faults, [], text);
  });

  test('pages and readers that never ask end up without what they missed', async () => {
    const { text } = await chaos({ seed: 3, mode: 'in-process', seconds: 8, catchesUp: false });
    assert.match(text, /Talk .*, tab \d: shows in #messages/);
    assert.match(text, /Talk .*, \d+ of \d+ readers: one shows list \d+/);
  });
});

test('a seed repeats the schedule, and another one has another', () => {
  const schedule = (seed: number) => scheduleOf(new Random(seed), 'redis', 60);
  assert.deepEqual(schedule(1), schedule(1));
  assert.notDeepEqual(schedule(1), schedule(2));
});
