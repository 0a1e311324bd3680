import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Page } from 'playwright-core';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { isLive, openPage, openTab, showsStatus } from '../support/page.ts';

/** Waits until list, heading and tab say so. */
async function isCalled(page: Page, title: string): Promise<void> {
  await page.getByRole('link', { name: title, exact: true }).waitFor();
  await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
  await page.waitForFunction(title => document.title.startsWith(`${title} · `), title);
}

/** A conversation whose model has answered, and thinks of a title until it is told one. */
async function startNaming(t: TestContext) {
  const { url, upstream } = await startTestApp(t);
  const { promise, resolve: think } = Promise.withResolvers<string>();
  upstream.title = () => promise;
  upstream.answerAll(call => call.whole('In good soil.'));
  const page = await openPage(t, await sharedChromium());
  await page.goto(url);
  await page.getByRole('textbox', { name: 'Message' }).fill('How do I grow tomatoes?');
  await page.getByRole('button', { name: 'Send' }).click();
  return { page, think };
}

test('a conversation is called by its first words, then as the model says, in every tab', async t => {
  const { page, think } = await startNaming(t);
  await showsStatus(page, 'complete');
  await isCalled(page, 'How do I grow tomatoes?');
  const tab = await openTab(t, page);
  await tab.goto(page.url());
  await Promise.all([isLive(page), isLive(tab)]);
  await page.getByRole('textbox', { name: 'Message' }).fill('Half a sen');

  think('“Growing tomatoes”');
  await Promise.all([isCalled(page, 'Growing tomatoes'), isCalled(tab, 'Growing tomatoes')]);
  assert.equal(await page.getByRole('textbox', { name: 'Message' }).inputValue(), 'Half a sen');
});

test('a title that is being typed, and then given, is the one that stays', async t => {
  const { page, think } = await startNaming(t);
  await showsStatus(page, 'complete');
  await isLive(page);
  await page.getByLabel('Rename the conversation').click();
  const field = page.getByRole('textbox', { name: 'Title' });
  await field.fill('My tomatoes');
  think('Growing tomatoes');
  await page.getByRole('link', { name: 'Growing tomatoes', exact: true }).waitFor();
  assert.equal(await field.inputValue(), 'My tomatoes');
  await field.press('Enter');
  await isCalled(page, 'My tomatoes');
});
