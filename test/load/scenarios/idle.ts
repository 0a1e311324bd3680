import { setTimeout as delay } from 'node:timers/promises';
import { residentKilobytes, startMeter } from '../meter.ts';
import { startReaders } from '../readers.ts';
import type { Trial } from '../trial.ts';

const READERS = 1000;
/** Memory is stable when it has changed by less than this for so long. */
const STABLE_KILOBYTES = 500;
const STABLE_MS = 5_000;
const LONGEST_WAIT_MS = 60_000;
const LOOK_EVERY_MS = 500;

/**
 * Many readers, and nothing to read. They all read the same conversation: memory that a thousand pages had used before
 * and given back would be used again, and hide what the readers need.
 */
export const idle: Trial = {
  title: `${READERS.toLocaleString('en')} idle readers of one conversation`,
  seconds: 45,

  async run(t, { url, web, processes }) {
    const readers = startReaders(t);
    await readers.visit({ url, conversations: 1 });
    const before = await stableKilobytes(web.pid);
    await readers.subscribe(READERS);
    const after = await stableKilobytes(web.pid);
    const readMeter = startMeter(processes);
    await delay(STABLE_MS);
    const { cpuMs, seconds } = readMeter();
    const perReader = before && after && (after - before) / READERS;
    const cpu = cpuMs[web.name];
    return [
      { name: 'memory of the web process per reader', unit: 'kB', value: perReader, target: 60 },
      { name: '… before', unit: 'MB', value: before && before / 1000 },
      { name: '… after', unit: 'MB', value: after && after / 1000 },
      { name: 'CPU of the web process', unit: '% of a core', value: cpu && cpu / seconds / 10 },
    ];
  },
};

/** What the process has in memory once that no longer changes, or at the end of the wait. */
async function stableKilobytes(pid: number): Promise<number | undefined> {
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
