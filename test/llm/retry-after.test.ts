import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestedPauseMs, spokenTime } from '../../src/llm/retry-after.ts';

test('a pause is asked for in seconds, in milliseconds, or as a date', () => {
  assert.equal(requestedPauseMs(new Headers({ 'retry-after': '7' })), 7000);
  assert.equal(requestedPauseMs(new Headers({ 'retry-after': '7', 'retry-after-ms': '6500' })), 6500);
  const soon =
    requestedPauseMs(new Headers({ 'retry-after': new Date(Date.now() + 10_000).toUTCString() })) ?? 0;
  assert.ok(soon > 8000 && soon <= 10_000, String(soon));
});

test('a date in the past asks for no pause', () => {
  assert.equal(requestedPauseMs(new Headers({ 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' })), 0);
});

test('what is no pause asks for none', () => {
  assert.equal(requestedPauseMs(undefined), undefined);
  assert.equal(requestedPauseMs(new Headers()), undefined);
  assert.equal(requestedPauseMs(new Headers({ 'retry-after': 'later' })), undefined);
});

test('times are told in words', () => {
  const told = [undefined, 400, 20_000, 61_000, 300_000, 7_200_000].map(spokenTime);
  assert.deepEqual(told, ['a moment', 'a moment', '20 seconds', '61 seconds', '5 minutes', '2 hours']);
});
