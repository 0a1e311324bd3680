import { streamFigures, usageFigures } from '../figures.ts';
import { startMeter } from '../meter.ts';
import { startReaders } from '../readers.ts';
import type { Trial } from '../trial.ts';
import { checkAgainstRows } from '../truth.ts';

const READERS = 1000;
const PATIENCE_MS = 60_000;
const SCRIPT = { kind: 'words', length: 400, perSecond: 100, withinMs: 0, patienceMs: PATIENCE_MS } as const;
const WARM_UP = { ...SCRIPT, length: 50 };

/** One reply that many read. */
export const readers: Trial = {
  title: `1 reply of ${SCRIPT.length} tokens at ${SCRIPT.perSecond}/s, ${READERS.toLocaleString('en')} readers`,
  seconds: 20,

  async run(t, stack) {
    const readers = startReaders(t);
    await readers.visit({ urls: [stack.url], conversations: 1 });
    await readers.subscribe(READERS);
    await readers.ask(WARM_UP);

    const harness = [stack.upstream, readers];
    const readMeter = startMeter([...stack.processes, ...harness]);
    const answers = await readers.ask(SCRIPT);
    const usage = readMeter();
    await checkAgainstRows(
      stack.databaseUrl,
      answers.flatMap(({ outcomes }) => outcomes),
      SCRIPT,
    );
    return [
      ...streamFigures(answers, { p95: 150 }),
      ...usageFigures(usage, { processes: stack.processes, harness }, 1),
    ];
  },
};
