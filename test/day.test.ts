import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayInWords, dayOf, untilTomorrow } from '../src/day.ts';

const NOW = new Date(2026, 2, 30, 0, 30).getTime();

test('days are those of the calendar, whatever the hour', () => {
  const days = [
    [new Date(2026, 2, 30, 23, 59), 'today'],
    [new Date(2026, 2, 30, 0, 0), 'today'],
    [new Date(2026, 2, 29, 23, 59), 'yesterday'],
    [new Date(2026, 2, 28, 12, 0), 'week'],
    [new Date(2026, 2, 23, 0, 0), 'week'],
    [new Date(2026, 2, 22, 23, 59), 'month'],
    [new Date(2026, 1, 28, 0, 0), 'month'],
    [new Date(2026, 1, 27, 23, 59), 'earlier'],
  ] as const;
  for (const [time, day] of days) assert.equal(dayOf(time.getTime(), NOW), day, String(time));
});

test('a time to come, by a clock that is ahead, is today', () => {
  assert.equal(dayOf(NOW + 1e9, NOW), 'today');
});

test('the next day begins at midnight', () => {
  assert.equal(untilTomorrow(NOW), 23.5 * 60 * 60 * 1000);
});

test('a day is told with its year where that is another one', () => {
  const [now, before] = [new Date(2026, 0, 1), new Date(2025, 11, 31, 23, 59)];
  assert.equal(dayInWords(now.getTime(), now.getTime()), 'Jan 1');
  assert.equal(dayInWords(before.getTime(), now.getTime()), 'Dec 31, 2025');
});
