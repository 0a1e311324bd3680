import assert from 'node:assert/strict';
import test from 'node:test';
import type { Page } from 'playwright-core';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { ask, isLive, newestReply, openPage, showsStatus } from '../support/page.ts';

/** What is wider than any phone, a chunk at a time, each with how it ends. */
const WIDE = [
  ['```\n', ''],
  ...Array.from({ length: 6 }, (_, i) => [`${'code '.repeat(10)}${i}`, `code ${i}`]),
  ['\n```\n\n| one | two | three | four | five | six |\n|-|-|-|-|-|-|\n', 'six'],
  ...['Bordeaux', 'Casablanca', 'Philadelphia', 'Vladivostok', 'Johannesburg', 'Ouagadougou'].map(city => [
    `| ${city}`,
    city,
  ]),
  [`|\n\n${'Donaudampfschifffahrt'.repeat(10)}`, 'Donaudampfschifffahrt'],
  [' with an end', 'with an end'],
] as const;

async function overflow(page: Page): Promise<number> {
  return await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  });
}

for (const width of [390, 320]) {
  test(`on a screen of ${width} px nothing is wider than the screen while it streams`, async t => {
    const { url, upstream } = await startTestApp(t);
    const viewport = { width, height: 700 };
    const page = await openPage(t, await sharedChromium(), { viewport, isMobile: true, hasTouch: true });
    await page.goto(url);
    assert.equal(await overflow(page), 0);
    await ask(page, 'Show me something wide');
    await isLive(page);
    const call = await upstream.nextCall();
    for (const [chunk, shown] of WIDE) {
      call.text(chunk);
      if (shown) await newestReply(page).getByText(shown).last().waitFor();
      assert.equal(await overflow(page), 0, `after ${chunk}`);
      assert.equal(await page.evaluate(() => innerWidth), width, `zoomed out after ${chunk}`);
    }
    await page.getByRole('button', { name: 'Stop' }).tap();
    await showsStatus(page, 'stopped');
    await call.closed;
    assert.equal(await overflow(page), 0);

    const list = page.getByRole('navigation', { name: 'Conversations' });
    await page.getByRole('button', { name: 'Conversations' }).tap();
    await list.getByRole('link', { name: 'Show me something wide' }).waitFor();
    assert.equal(await overflow(page), 0);
    await page.getByRole('button', { name: 'Close the list' }).tap();
    await list.waitFor({ state: 'hidden' });
  });
}

test('a drawer that is open when the window grows is the sidebar then', async t => {
  const { url } = await startTestApp(t);
  const page = await openPage(t, await sharedChromium(), { viewport: { width: 600, height: 700 } });
  await page.goto(url);
  await page.getByRole('button', { name: 'Conversations' }).click();
  await page.locator('.sidebar:popover-open').waitFor();
  await page.setViewportSize({ width: 1000, height: 700 });
  const box = await page.locator('.sidebar').boundingBox();
  assert.deepEqual(box, { x: 0, y: 0, width: 256, height: 700 });
  const backdrop = () => getComputedStyle(document.querySelector('.sidebar') ?? document.body, '::backdrop');
  assert.equal(await page.evaluate(`(${backdrop})().display`), 'none');
});
