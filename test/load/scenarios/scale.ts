import { setTimeout as delay } from 'node:timers/promises';
import { type Figure, streamFigures, usageFigures } from '../figures.ts';
import { type Fleet, startFleet } from '../fleet.ts';
import { forAsLongAs, type Lifetime } from '../lifetime.ts';
import { medianFigures } from '../median-figures.ts';
import { type Measured, startMeter } from '../meter.ts';
import { type RowUsage, rowUsage, TOLD_AFTER_MS } from '../postgres-meter.ts';
import { Progress } from '../progress.ts';
import { startReaders } from '../readers.ts';
import type { Options, Report } from '../scenario.ts';
import { total } from '../statistics.ts';
import { table } from '../table.ts';
import { checkAgainstRows } from '../truth.ts';
import type { Outcome } from '../watch.ts';

const REPLIES = 100;
const FEW_REPLIES = 10;
const READERS_OF_EACH = 2;
const SCRIPT = {
  kind: 'words',
  length: 2000,
  perSecond: 100,
  withinMs: 1000,
  patienceMs: 120_000,
} as const;
const WARM_UP = { ...SCRIPT, length: 100 };
/** From the first question on: all replies are being written. */
const RESTART_AFTER_MS = 3_000;
/** About how long a run takes. */
const SECONDS = 70;

/** A way to run the processes, as a column of the table. */
interface Course {
  readonly name: string;
  readonly graceSeconds: number;
  readonly isRestarted: boolean;
}

const COURSES: readonly Course[] = [
  { name: 'calm', graceSeconds: 25, isRestarted: false },
  { name: 'all restarted', graceSeconds: 25, isRestarted: true },
  { name: 'with 3 s of grace', graceSeconds: 3, isRestarted: true },
];

/** Many replies at once in several processes, each with readers on different ones, which may all be restarted meanwhile. */
export async function scale(options: Options): Promise<Report> {
  const replies = options.isQuick ? FEW_REPLIES : REPLIES;
  const progress = new Progress(COURSES.length * options.runs * SECONDS);
  const columns = [];
  for (const course of COURSES)
    columns.push({ name: course.name, figures: await measure(course, replies, options, progress) });
  const title = `${replies} replies at once, asked within 1 s, ${SCRIPT.length.toLocaleString('en')} tokens at ${SCRIPT.perSecond}/s each, two readers each; PostgreSQL, Redis, 2 web processes, 2 workers`;
  return { markdown: table({ title, columns }), raw: { title, columns } };
}

async function measure(
  course: Course,
  replies: number,
  { runs, profiles }: Options,
  progress: Progress,
): Promise<Figure[]> {
  const all: Figure[][] = [];
  for (let run = 0; run < runs; run++) {
    progress.begin(`scale, ${course.name}`, SECONDS);
    all.push(await forAsLongAs(async t => await runOnce(t, course, replies, profiles)));
  }
  return medianFigures(all);
}

async function runOnce(
  t: Lifetime,
  { graceSeconds, isRestarted }: Course,
  replies: number,
  profiles: string | undefined,
): Promise<Figure[]> {
  const fleet = await startFleet(t, { graceSeconds, profiles });
  const readers = startReaders(t);
  await readers.visit({ urls: fleet.urls, conversations: replies, comeBack: isRestarted });
  await readers.subscribe(READERS_OF_EACH);
  await readers.ask(WARM_UP);

  const harness: Measured[] = [fleet.upstream, readers];
  const before = await rowUsage(fleet.databaseUrl);
  const readMeter = startMeter([...fleet.processes, ...harness]);
  const asked = readers.ask(SCRIPT);
  const restarted = isRestarted ? await restart(fleet) : undefined;
  const answers = await asked;
  const usage = readMeter();
  const outcomes = answers.flatMap(answer => answer.outcomes);
  const endings = isRestarted ? (['complete', 'interrupted'] as const) : (['complete'] as const);
  await checkAgainstRows(fleet.databaseUrl, outcomes, SCRIPT, endings);
  await delay(TOLD_AFTER_MS);
  const after = await rowUsage(fleet.databaseUrl);

  return [
    ...streamFigures(answers, { p95: 200 }),
    ...endFigures(outcomes),
    ...(isRestarted
      ? [{ name: 'all four restarted within', unit: 's', value: restarted }]
      : [
          ...usageFigures(usage, { processes: fleet.processes, harness }, replies),
          ...rowFigures(before, after, replies),
        ]),
  ];
}

/** @returns how many seconds it took */
async function restart(fleet: Fleet): Promise<number> {
  await delay(RESTART_AFTER_MS);
  const start = performance.now();
  await fleet.restart();
  return (performance.now() - start) / 1000;
}

function endFigures(outcomes: readonly Outcome[]): Figure[] {
  const interrupted = outcomes.filter(({ status }) => status === 'interrupted');
  const replies = new Set(interrupted.map(({ messageId }) => messageId)).size;
  return [
    { name: 'replies that say they were interrupted', unit: '', value: replies },
    { name: 'connections lost', unit: '', value: total(outcomes.map(({ losses }) => losses)) },
  ];
}

function rowFigures(before: RowUsage, after: RowUsage, replies: number): Figure[] {
  const grown = (name: keyof RowUsage) => after[name] - before[name];
  return [
    { name: 'updates of messages, for each reply', unit: '', value: grown('updates') / replies },
    { name: '… that touched no index', unit: '%', value: (100 * grown('hotUpdates')) / grown('updates') },
    { name: 'commits, for each reply', unit: '', value: grown('commits') / replies },
    { name: 'write-ahead log, for each reply', unit: 'kB', value: grown('walBytes') / 1000 / replies },
    { name: 'table of messages, afterwards', unit: 'MB', value: after.tableBytes / 1e6 },
    { name: '… its long texts', unit: 'MB', value: after.toastBytes / 1e6 },
    { name: '… rows not cleared away yet', unit: '', value: after.deadRows },
  ];
}
