import { type Browser, chromium } from 'playwright-core';
import type { Scope } from '../support/close-after.ts';
import { launchOptions } from '../support/launch-options.ts';
import { Random } from '../support/random.ts';
import { calmDown } from './calm.ts';
import { type CROWDS, gather } from './company.ts';
import { Counts } from './counts.ts';
import { carryOut } from './deeds.ts';
import { faultsOfRows } from './faults.ts';
import { startModel } from './model.ts';
import type { Outcome } from './report.ts';
import { openRows } from './rows.ts';
import { scheduleOf } from './schedule.ts';
import { seedFrom } from './seed.ts';
import { type Mode, startStack } from './stack.ts';
import { turnsOf } from './turns.ts';

export interface ChaosOptions {
  readonly seed: number;
  readonly mode: Mode;
  /** How long it lasts, before everything is let be. */
  readonly seconds: number;
  /** `false`: pages and readers never ask for what they missed, so that the run has to fail. */
  readonly catchesUp: boolean;
  readonly crowd: keyof typeof CROWDS;
}

/**
 * When nothing disturbs them any more, everybody shows what the rows say within so long: nearly at once, but for a change
 * whose process was killed before it could announce it. A page finds that when it has heard nothing for a minute.
 */
const CALM_SECONDS = 65;
/** In a minute, or more. */
const FEWEST_REPLIES = 50;
/** The conversations that are deleted in the run, by their place, and in which turn: a page shows the first of them. */
const DELETIONS: ReadonlyMap<number, number> = new Map([
  [9, 2],
  [10, 1],
  [11, 0],
]);

/** Lets everybody write and read while everything fails that can, and looks at what came of it. */
export async function runChaos(
  t: Scope,
  { seed, mode, seconds, catchesUp, crowd }: ChaosOptions,
): Promise<Outcome> {
  const startedAt = performance.now();
  const over = new AbortController();
  const counts = new Counts(mode);
  const model = await startModel(t, seed);
  const [stack, browser] = await Promise.all([startStack(t, mode, model.baseUrl), launchBrowser(t)]);
  const rows = openRows(t, stack.databasePath);
  const company = await gather(t, { seed, stack, rows, browser, catchesUp, crowd, counts });
  t.after(() => over.abort());

  const { talks, tabs, readers } = company;
  const schedule = scheduleOf(new Random(seedFrom(seed, 'schedule')), mode, seconds);
  const scene = { ...company, stack, counts, readers: [...readers.values()].flat() };
  const end = performance.now() + seconds * 1_000;
  const isOver = () => over.signal.aborted || performance.now() > end;
  await Promise.all([
    carryOut(schedule, scene, over.signal),
    ...talks.map((talk, place) =>
      talk.run(turnsOf(new Random(seedFrom(seed, 'turns', place)), place, DELETIONS.get(place)), isOver),
    ),
  ]);

  await Promise.all(talks.map(talk => talk.closed()));
  // Who never asks is as right at once as ever.
  const { differences, afterSeconds } = await calmDown(company, catchesUp ? CALM_SECONDS : 0);
  counts.add('replies', rows.replies().length);
  const ofTabs = (await Promise.all(tabs.map(tab => tab.faults()))).flat();
  return {
    seed,
    mode,
    counts,
    rightAfterSeconds: afterSeconds,
    wallSeconds: (performance.now() - startedAt) / 1_000,
    faults: [
      ...differences,
      ...ofTabs,
      ...scene.readers.flatMap(reader => reader.faults),
      ...talks.flatMap(talk => talk.faults),
      ...(seconds >= 60 && model.said.length < FEWEST_REPLIES
        ? [`Only ${model.said.length} replies were begun.`]
        : []),
      ...faultsOfRows(rows, model.said),
      ...[...stack.webs, ...stack.workers].flatMap(each => each.faults),
      ...counts.missing.map(name => `There were no ${name}.`),
    ],
  };
}

/** It is ended with everything else, not by itself when the terminal sends a signal. */
async function launchBrowser(t: Scope): Promise<Browser> {
  const browser = await chromium.launch({ ...launchOptions(), handleSIGINT: false, handleSIGTERM: false });
  t.after(() => browser.close());
  return browser;
}
