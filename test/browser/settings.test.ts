import assert from 'node:assert/strict';
import test from 'node:test';
import type { Page } from 'playwright-core';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { openPage, openTab } from '../support/page.ts';

/** The lightness of what the page stands on, from 0 to 1, and the size of its text in pixels. */
async function look(page: Page) {
  return await page.evaluate(() => {
    const { backgroundColor, fontSize } = getComputedStyle(document.documentElement);
    return { lightness: Number(/[\d.]+/.exec(backgroundColor)?.[0]), size: Number.parseFloat(fontSize) };
  });
}

async function choose(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name }).click();
  await page.locator(`button[aria-pressed=true]`, { hasText: name }).waitFor();
}

test('theme and text size are chosen with one press each, and another tab looks so from its next visit on', async t => {
  const { url } = await startTestApp(t);
  const page = await openPage(t, await sharedChromium(), { colorScheme: 'light' });
  await page.goto(`${url}/settings`);
  assert.ok((await look(page)).lightness > 0.9);
  const tab = await openTab(t, page);
  await tab.goto(`${url}/conversations/new`);
  await tab.emulateMedia({ colorScheme: 'dark' });
  assert.ok((await look(tab)).lightness < 0.3);
  await tab.emulateMedia({ colorScheme: 'light' });
  assert.ok((await look(tab)).lightness > 0.9);

  await choose(page, 'Dark');
  await page.locator('html[data-theme=dark]').waitFor();
  assert.ok((await look(page)).lightness < 0.3);
  assert.equal(await page.locator(':focus').textContent(), 'Dark');
  await choose(page, 'Large');
  await page.locator('html[data-text-size=large]').waitFor();
  assert.ok((await look(page)).size > 16);
  assert.equal(await page.locator(':focus').textContent(), 'Large');

  await page.emulateMedia({ media: 'print' });
  assert.ok((await look(page)).lightness > 0.9, 'paper stays light');

  await tab.getByRole('link', { name: 'Settings' }).click();
  await tab.locator('html[data-theme=dark]').waitFor();
  assert.ok((await look(tab)).lightness < 0.3);
  await tab.emulateMedia({ colorScheme: 'dark' });
  await choose(tab, 'Light');
  await tab.locator('html[data-theme=light]').waitFor();
  assert.ok((await look(tab)).lightness > 0.9);
});
