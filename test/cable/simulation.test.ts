import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { verdict } from '../../assets/cable/verdict.ts';
import { type Rules, World } from './simulation/world.ts';

const RUNS = { numRuns: 50, endOnFailure: true };

test('through delays, losses, hidden tabs and early answers every page ends as freshly rendered', () => {
  fc.assert(
    fc.property(fc.integer(), seed => {
      const world = live(seed, { judge: verdict, asks: true });
      assert.deepEqual(world.diverged, []);
      assert.equal(world.wentBack, false);
    }),
    RUNS,
  );
});

test('pages that carry out every step diverge or go back in time', () => {
  const rules: Rules = { judge: () => 'carry out', asks: true };
  assert.ok(SEEDS.some(seed => isBroken(live(seed, rules))));
});

test('pages that never ask diverge', () => {
  assert.ok(SEEDS.some(seed => live(seed, { judge: verdict, asks: false }).diverged.length > 0));
});

test('pages that take a step from any older version diverge', () => {
  const judge: Rules['judge'] = ({ version }, shown, isTargetThere) =>
    verdict({ from: undefined, version }, shown, isTargetThere);
  assert.ok(SEEDS.some(seed => live(seed, { judge, asks: true }).diverged.length > 0));
});

const SEEDS = Array.from({ length: 20 }, (_, seed) => seed);

function live(seed: number, rules: Rules): World {
  const world = new World(seed, rules);
  world.run();
  return world;
}

function isBroken(world: World): boolean {
  return world.diverged.length > 0 || world.wentBack;
}
