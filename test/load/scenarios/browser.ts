import { setTimeout as delay } from 'node:timers/promises';
import { type CDPSession, chromium, type Page } from 'playwright-core';
import { launchOptions } from '../../support/launch-options.ts';
import { ask, isLive, showsStatus } from '../../support/page.ts';
import type { Figure } from '../figures.ts';
import { questionFor, tokensOf } from '../script.ts';
import type { Trial } from '../trial.ts';

const SCRIPT = { kind: 'mixed', length: 50_000, perSecond: 250 } as const;
const SNAPSHOT_INTERVAL_MS = 250;
/** For what follows the last frame: the repaint that Turbo waits for, and the page's own. */
const AFTERGLOW_MS = 1_000;
const PATIENCE_MS = 60_000;
/** What a frame has in it that brings the whole reply, in JSON. */
const COMPLETE = 'data-role=\\"assistant\\" data-status=\\"complete\\"';

/** What the page's main thread has spent so far, and on how many frames. */
interface Snapshot {
  readonly frames: number;
  readonly scriptMs: number;
  readonly styleMs: number;
  readonly layoutMs: number;
}

/** A long reply on the real page. While it streams, nothing is asked of the page itself: the browser tells. */
export const browser: Trial = {
  title: `A reply of ${SCRIPT.length.toLocaleString('en')} characters of mixed Markdown in Chromium, ${SCRIPT.perSecond} tokens/s`,
  seconds: 65,

  async run(t, { url }) {
    const chrome = await chromium.launch(launchOptions());
    t.after(() => chrome.close());
    const page = await chrome.newPage();
    await page.addInitScript(countLongTasks);
    await page.goto(url);
    await ask(page, 'Hello');
    await showsStatus(page, 'complete');
    await isLive(page);
    const longBefore = await page.evaluate(longTasks);
    const snapshots = await follow(page);
    const long = (await page.evaluate(longTasks)).slice(longBefore.length);
    return figuresOf(snapshots, long);
  },
};

/** Asks, and looks now and then until the reply is complete. */
async function follow(page: Page): Promise<Snapshot[]> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable');
  await cdp.send('Network.enable');
  let frames = 0;
  let isComplete = false;
  cdp.on('Network.webSocketFrameReceived', ({ response: { payloadData } }) => {
    if (!payloadData.includes('<turbo-stream')) return;
    frames += 1;
    isComplete ||= payloadData.includes(COMPLETE);
  });

  const snapshots = [await look(cdp, frames)];
  await ask(page, questionFor(SCRIPT));
  const end = performance.now() + (tokensOf(SCRIPT).length / SCRIPT.perSecond) * 1000 + PATIENCE_MS;
  while (!isComplete) {
    if (performance.now() > end) throw new Error('The reply never came to its end in the browser.');
    await delay(SNAPSHOT_INTERVAL_MS);
    if (!isComplete) snapshots.push(await look(cdp, frames));
  }
  await delay(AFTERGLOW_MS);
  return [...snapshots, await look(cdp, frames)];
}

async function look(cdp: CDPSession, frames: number): Promise<Snapshot> {
  const { metrics } = await cdp.send('Performance.getMetrics');
  const ms = (name: string) => (metrics.find(metric => metric.name === name)?.value ?? Number.NaN) * 1000;
  return {
    frames,
    scriptMs: ms('ScriptDuration'),
    styleMs: ms('RecalcStyleDuration'),
    layoutMs: ms('LayoutDuration'),
  };
}

function figuresOf(snapshots: readonly Snapshot[], longTasks: readonly number[]): Figure[] {
  const [first, last] = [snapshots[0], snapshots.at(-1)];
  if (!first || !last) return [];
  const spent = (part: 'scriptMs' | 'styleMs' | 'layoutMs') => (last[part] - first[part]) / 1000;
  const early = costOfFrame(snapshots, 0, 0.1);
  const late = costOfFrame(snapshots.slice(0, -1), 0.9, 1);
  return [
    { name: 'tasks of more than 50 ms', unit: '', value: longTasks.length, target: 1 },
    { name: '… the longest', unit: 'ms', value: Math.max(0, ...longTasks) },
    {
      name: 'script, style and layout',
      unit: 's',
      value: spent('scriptMs') + spent('styleMs') + spent('layoutMs'),
      target: 2,
    },
    { name: '… script', unit: 's', value: spent('scriptMs') },
    { name: '… style', unit: 's', value: spent('styleMs') },
    { name: '… layout', unit: 's', value: spent('layoutMs') },
    { name: 'frames', unit: '', value: last.frames - first.frames },
    { name: 'cost of a frame, first tenth', unit: 'ms', value: early },
    { name: 'cost of a frame, last tenth', unit: 'ms', value: late },
    { name: '… last over first', unit: '', value: late / early, target: 1.3 },
  ];
}

/** The main thread's time for a frame, between two shares of all frames. */
function costOfFrame(snapshots: readonly Snapshot[], from: number, to: number): number {
  const total = snapshots.at(-1)?.frames ?? 0;
  const within = snapshots.filter(
    ({ frames }) => frames > 0 && frames >= from * total && frames <= to * total,
  );
  const [first, last] = [within[0], within.at(-1)];
  if (!first || !last) return Number.NaN;
  const ms = ({ scriptMs, styleMs, layoutMs }: Snapshot) => scriptMs + styleMs + layoutMs;
  return (ms(last) - ms(first)) / (last.frames - first.frames);
}

declare global {
  interface Window {
    longTaskDurations?: number[];
  }
}

/** Runs in the page, before anything of its own. */
function countLongTasks(): void {
  const durations: number[] = [];
  window.longTaskDurations = durations;
  new PerformanceObserver(list => {
    durations.push(...list.getEntries().map(({ duration }) => duration));
  }).observe({ type: 'longtask', buffered: true });
}

/** Runs in the page. */
function longTasks(): number[] {
  return window.longTaskDurations ?? [];
}
