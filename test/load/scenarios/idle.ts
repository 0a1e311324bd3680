import { setTimeout as delay } from 'node:timers/promises';
import { startMeter } from '../meter.ts';
import { startReaders } from '../readers.ts';
import { stableKilobytes } from '../stable-memory.ts';
import type { Trial } from '../trial.ts';

const READERS = 1000;
/** So long the CPU is looked at. */
const IDLE_MS = 5_000;

/**
 * Many readers, and nothing to read. They all read the same conversation: memory that a thousand pages had used before
 * and given back would be used again, and hide what the readers need.
 */
export const idle: Trial = {
  title: `${READERS.toLocaleString('en')} idle readers of one conversation`,
  seconds: 45,

  async run(t, { url, web, processes }) {
    const readers = startReaders(t);
    await readers.visit({ urls: [url], conversations: 1 });
    const before = await stableKilobytes(web.pid);
    await readers.subscribe(READERS);
    const after = await stableKilobytes(web.pid);
    const readMeter = startMeter(processes);
    await delay(IDLE_MS);
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
