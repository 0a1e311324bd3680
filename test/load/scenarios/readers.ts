import { streamFigures, usageFigures } from '../figures.ts';
import { startMeter } from '../meter.ts';
import { startReaders } from '../readers.ts';
import type { Scenario } from '../scenario.ts';
import { checkAgainstRows } from '../truth.ts';

const READERS = 1000;
const SCRIPT = { words: 400, perSecond: 100, withinMs: 0 };
const WARM_UP = { words: 50, perSecond: 100, withinMs: 0 };

/** One reply that many read. */
export const readers: Scenario = {
  title: `1 reply of ${SCRIPT.words} tokens at ${SCRIPT.perSecond}/s, ${READERS.toLocaleString('en')} readers`,

  async run(t, stack) {
    const readers = startReaders(t);
    await readers.visit({ url: stack.url, conversations: 1 });
    await readers.subscribe(READERS);
    await readers.ask(WARM_UP);

    const harness = [stack.upstream, readers];
    const readMeter = startMeter([...stack.processes, ...harness]);
    const answers = await readers.ask(SCRIPT);
    const usage = readMeter();
    checkAgainstRows(stack.databasePath, answers, SCRIPT.words);
    return [
      ...streamFigures(answers, { p95: 150 }),
      ...usageFigures(usage, { processes: stack.processes, harness }, 1),
    ];
  },
};
