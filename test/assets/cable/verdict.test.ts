import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verdict } from '../../../assets/cable/verdict.ts';

test('a step that begins where the page is is carried out', () => {
  assert.equal(verdict({ from: 3, version: 3.5 }, 3, true), 'carry out');
});

test('a step that the page knows already is skipped, also where its target is gone', () => {
  assert.equal(verdict({ from: 3, version: 4 }, 4, true), 'skip');
  assert.equal(verdict({ from: 3, version: 4 }, 7.5, false), 'skip');
});

test('a step that leaves a gap, or begins in the middle of another, needs a catch-up', () => {
  assert.equal(verdict({ from: 3, version: 4 }, 2, true), 'catch up');
  assert.equal(verdict({ from: 3, version: 4 }, 3.5, true), 'catch up');
});

test('a whole message fits onto any older version', () => {
  assert.equal(verdict({ from: undefined, version: 7 }, 2.5, true), 'carry out');
  assert.equal(verdict({ from: undefined, version: 7 }, 7, true), 'skip');
});

test('a step whose target or thing is not on the page needs a catch-up', () => {
  assert.equal(verdict({ from: 3, version: 4 }, 3, false), 'catch up');
  assert.equal(verdict({ from: undefined, version: 4 }, undefined, false), 'catch up');
});

test('a step that leads from a version to the same one fits there, each time, and nowhere else', () => {
  assert.equal(verdict({ from: 4, version: 4 }, 4, true), 'carry out');
  assert.equal(verdict({ from: 4, version: 4 }, 3, true), 'catch up');
  assert.equal(verdict({ from: 4, version: 4 }, 5, true), 'skip');
});
