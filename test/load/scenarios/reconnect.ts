import { setTimeout as delay } from 'node:timers/promises';
import { type Readers, startReaders } from '../readers.ts';
import { stableKilobytes } from '../stable-memory.ts';
import { percentile } from '../statistics.ts';
import type { Trial } from '../trial.ts';
import { checkAgainstRows } from '../truth.ts';

const READERS = 1000;
const SCRIPT = {
  kind: 'words',
  length: 1000,
  perSecond: 100,
  withinMs: 0,
  patienceMs: 60_000,
} as const;
/** From the question to the cut: in the midst of the reply. */
const CUT_AFTER_MS = 4_000;

/** Many readers of one reply lose their connections at the same moment, and come back. */
export const reconnect: Trial = {
  title: `${READERS.toLocaleString('en')} readers of 1 reply, all cut at the same moment`,
  seconds: 80,

  async run(t, { url, web, databaseUrl }) {
    const readers = startReaders(t);
    await readers.visit({ urls: [url], conversations: 1 });
    await readers.subscribe(READERS);
    await readers.ask(SCRIPT);
    const before = await stableKilobytes(web.pid);
    const { answers, delays } = await askAndCut(readers);
    const after = await stableKilobytes(web.pid);
    const outcomes = answers.flatMap(answer => answer.outcomes);
    await checkAgainstRows(databaseUrl, outcomes, SCRIPT);

    return [
      { name: 'cut → right again, p50', unit: 'ms', value: percentile(delays, 0.5) },
      { name: 'cut → right again, p95', unit: 'ms', value: percentile(delays, 0.95) },
      { name: 'cut → right again, the last', unit: 'ms', value: percentile(delays, 1), target: 5_000 },
      {
        name: 'memory of the web process, afterwards over before',
        unit: '',
        value: before && after && after / before,
        target: 1.1,
      },
      { name: '… before', unit: 'MB', value: before && before / 1000 },
      { name: '… after', unit: 'MB', value: after && after / 1000 },
    ];
  },
};

async function askAndCut(readers: Readers) {
  const asked = readers.ask(SCRIPT);
  await delay(CUT_AFTER_MS);
  const delays = await readers.cut();
  return { answers: await asked, delays };
}
