import { firstTokenFigures, streamFigures, usageFigures } from '../figures.ts';
import { startMeter } from '../meter.ts';
import { startReaders } from '../readers.ts';
import type { Trial } from '../trial.ts';
import { checkAgainstRows } from '../truth.ts';

const REPLIES = 100;
const SCRIPT = { kind: 'words', length: 400, perSecond: 100, patienceMs: 60_000 } as const;
const WARM_UP = { ...SCRIPT, length: 100, withinMs: 1000 };

/** Many replies at once, each with one reader. @param withinMs the questions are spread over so long */
export function replies(withinMs: number): Trial {
  const when = withinMs === 0 ? 'at the same instant' : `within ${withinMs / 1000} s`;
  return {
    title: `${REPLIES} replies at once, asked ${when}, ${SCRIPT.length} tokens at ${SCRIPT.perSecond}/s each, one reader each`,
    seconds: 20,

    async run(t, stack) {
      const readers = startReaders(t);
      await readers.visit({ urls: [stack.url], conversations: REPLIES });
      await readers.subscribe(1);
      await readers.ask(WARM_UP);

      const harness = [stack.upstream, readers];
      const readMeter = startMeter([...stack.processes, ...harness]);
      const answers = await readers.ask({ ...SCRIPT, withinMs });
      const usage = readMeter();
      await checkAgainstRows(
        stack.databaseUrl,
        answers.flatMap(({ outcomes }) => outcomes),
        SCRIPT,
      );
      return [
        ...streamFigures(answers, { p50: 40, p95: 100 }),
        ...firstTokenFigures(answers),
        ...usageFigures(usage, { processes: stack.processes, harness }, REPLIES, 30),
      ];
    },
  };
}
