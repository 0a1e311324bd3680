import assert from 'node:assert/strict';
import test from 'node:test';
import { Random } from '../cable/simulation/random.ts';
import { forAsLongAs } from '../load/lifetime.ts';
import { report } from './report.ts';
import { type ChaosOptions, runChaos } from './run-chaos.ts';
import { scheduleOf } from './schedule.ts';

async function chaos(options: ChaosOptions) {
  const outcome = await forAsLongAs(t => runChaos(t, options));
  return { outcome, text: report(outcome) };
}

test('nothing is lost while connections, web processes, workers and Redis fail', async () => {
  const { outcome, text } = await chaos({ seed: 1, mode: 'redis', seconds: 30, catchesUp: true });
  assert.deepEqual(outcome.faults, [], text);
});

test('nothing is lost while the one process that there is fails', async () => {
  const { outcome, text } = await chaos({ seed: 2, mode: 'in-process', seconds: 8, catchesUp: true });
  assert.deepEqual(outcome.faults, [], text);
});

test('pages and readers that never ask end up without what they missed', async () => {
  const { text } = await chaos({ seed: 3, mode: 'redis', seconds: 8, catchesUp: false });
  assert.match(text, /Talk .*, tab \d: shows in #messages/);
  assert.match(text, /Talk .*, \d+ of \d+ readers: one shows list \d+/);
});

test('a seed repeats the schedule, and another one has another', () => {
  const schedule = (seed: number) => scheduleOf(new Random(seed), 'redis', 60);
  assert.deepEqual(schedule(1), schedule(1));
  assert.notDeepEqual(schedule(1), schedule(2));
});
