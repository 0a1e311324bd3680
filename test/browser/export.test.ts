import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import type { Page } from 'playwright-core';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { showConversation } from '../support/conversation-page.ts';
import { openPage } from '../support/page.ts';
import { unzip } from '../support/unzip.ts';

/** A conversation with a reply. */
async function startConversation(t: TestContext): Promise<Page> {
  const app = await startTestApp(t);
  const page = await openPage(t, await sharedChromium());
  await showConversation(page, app, [['Tomatoes?', 'In **good** soil.']]);
  return page;
}

async function downloaded(page: Page, click: () => Promise<void>): Promise<[name: string, content: Buffer]> {
  const started = page.waitForEvent('download');
  await click();
  const download = await started;
  return [download.suggestedFilename(), await readFile(await download.path())];
}

test('the menu saves the conversation as a file, and the settings save all of them in one', async t => {
  const page = await startConversation(t);
  const shown = page.url();
  const choose = async (name: string) => {
    await page.getByRole('button', { name: 'Actions for this conversation' }).click();
    await page.getByRole('link', { name }).click();
  };
  const [name, markdown] = await downloaded(page, () => choose('Export as Markdown'));
  assert.equal(name, 'Tomatoes.md');
  assert.match(
    markdown.toString(),
    /^# Tomatoes\?\n\n## You · .*\n\nTomatoes\?\n\n## ChatBot · .*\n\nIn \*\*good\*\* soil\.\n$/,
  );
  await page.keyboard.press('Escape');
  const [other, json] = await downloaded(page, () => choose('Export as JSON'));
  assert.equal(other, 'Tomatoes.json');
  assert.equal(JSON.parse(json.toString()).messages.length, 2);
  assert.equal(page.url(), shown);

  await page.goto(new URL('/settings', page.url()).href);
  const [archive, zip] = await downloaded(page, () =>
    page.getByRole('link', { name: 'Export all conversations' }).click(),
  );
  assert.match(archive, /^Parley .*\.zip$/);
  assert.deepEqual([...unzip(zip).keys()], ['Tomatoes.md', 'Tomatoes.json']);
});
