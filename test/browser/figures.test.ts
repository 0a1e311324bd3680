import assert from 'node:assert/strict';
import test from 'node:test';
import type { Page } from 'playwright-core';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { showQuestion } from '../support/conversation-page.ts';
import { isLive, openPage, showsStatus, showsText } from '../support/page.ts';

/** No wider than this is the caret, which stands where the text ends, and nothing else. In CSS pixels. */
const CARET_PX = 12;
/** The largest paint that a page over loopback may take; a busy machine gets three times as much. In milliseconds. */
const LARGEST_PAINT_MS = 3_000;

const PARTS = [
  'A first paragraph with **bold** words, ',
  'and its end.\n\n',
  '- an item\n- another one\n',
  '\n| Sea | Depth |\n|-|-:|\n| Baltic | 55 m |\n',
  '\n```js\nconst answer = 42;\n',
  '```\n\nA line with $x^2$ in it.\n\n',
  ...Array.from({ length: 30 }, (_, i) => `Paragraph ${i} of many, so that the page has to scroll.\n\n`),
  'The end.',
];

interface Shift {
  readonly text: string;
  readonly width: number;
}

/** @returns what has moved since, whether or not somebody has just typed */
async function watchShifts(page: Page): Promise<() => Promise<Shift[]>> {
  await page.evaluate(() => {
    const shifts: Shift[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver(list => {
      for (const { sources } of list.getEntries() as unknown as { sources: LayoutShiftSource[] }[])
        for (const { node, currentRect } of sources)
          shifts.push({ text: node?.textContent ?? '', width: currentRect.width });
    }).observe({ type: 'layout-shift' });
  });
  return () => page.evaluate(() => (window as unknown as { shifts: Shift[] }).shifts);
}

/** As browsers have it, and TypeScript's list of them does not. */
interface LayoutShiftSource {
  readonly node: Node | null;
  readonly currentRect: DOMRectReadOnly;
}

for (const [name, viewport] of Object.entries({
  desktop: { width: 1160, height: 840 },
  phone: { width: 390, height: 844 },
})) {
  test(`on a ${name} nothing shifts while a reply is written, and the page is there at once`, async t => {
    const { url, upstream } = await startTestApp(t);
    const page = await openPage(t, await sharedChromium(), { viewport });
    await showQuestion(page, url);
    const call = await upstream.nextCall();
    const shifts = await watchShifts(page);
    for (const part of PARTS) {
      call.text(part);
      const word =
        part
          .match(/[\w ]+/g)
          ?.at(-1)
          ?.trim() ?? '';
      await showsText(page, word);
    }
    call.finish();
    await showsStatus(page, 'complete');
    assert.deepEqual(
      (await shifts()).filter(({ width }) => width > CARET_PX),
      [],
    );

    await page.reload();
    await isLive(page);
    const paint = await page.evaluate(
      () =>
        new Promise<number>(resolve => {
          const look = (list: PerformanceObserverEntryList) =>
            resolve(list.getEntries().at(-1)?.startTime ?? 0);
          new PerformanceObserver(look).observe({ type: 'largest-contentful-paint', buffered: true });
        }),
    );
    t.diagnostic(`largest paint after ${Math.round(paint)} ms`);
    assert.ok(paint < LARGEST_PAINT_MS, `${paint} ms`);
  });
}
