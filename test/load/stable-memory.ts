import { setTimeout as delay } from 'node:timers/promises';
import { residentKilobytes } from './meter.ts';

/** Memory is stable when it has changed by less than this for so long. */
const STABLE_KILOBYTES = 500;
const STABLE_MS = 5_000;
const LONGEST_WAIT_MS = 60_000;
const LOOK_EVERY_MS = 500;

/** What the process has in memory once that no longer changes, or at the end of the wait. */
export async function stableKilobytes(pid: number): Promise<number | undefined> {
  const end = performance.now() + LONGEST_WAIT_MS;
  let stable = residentKilobytes(pid);
  let since = performance.now();
  while (stable !== undefined && performance.now() < end && performance.now() - since < STABLE_MS) {
    await delay(LOOK_EVERY_MS);
    const current = residentKilobytes(pid) ?? 0;
    if (Math.abs(current - stable) < STABLE_KILOBYTES) continue;
    stable = current;
    since = performance.now();
  }
  return stable;
}
