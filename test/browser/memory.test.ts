import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Page } from 'playwright-core';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { showConversation } from '../support/conversation-page.ts';
import { ask, isLive, openPage, openTab, showsStatus } from '../support/page.ts';

const LONG = 'tomatoes '.repeat(70);
const MARK = 'The model remembers from here on.';

/** A conversation with a model that can have three long messages before it, after so many questions. */
async function startLong(t: TestContext, count: number) {
  const app = await startTestApp(t, { OPENAI_CONTEXT_TOKENS: '1000' });
  const page = await openPage(t, await sharedChromium());
  const questions = Array.from({ length: count }, (_, i) => question(i + 1));
  await showConversation(
    page,
    app,
    questions.map(question => [question, LONG]),
  );
  app.upstream.answerAll(call => call.whole(LONG));
  return page;
}

const question = (n: number) => `Question ${n}: ${LONG}`;

async function askLong(page: Page, n: number): Promise<void> {
  await ask(page, question(n));
  await page.locator(`#messages > article:nth-of-type(${2 * n})[data-status=complete]`).waitFor();
}

function markedMessage(page: Page) {
  return page.locator('#messages > article', { hasText: MARK });
}

async function shownVersions(page: Page): Promise<(string | undefined)[]> {
  return await page
    .locator('#messages > article')
    .evaluateAll(messages =>
      messages.map(message => (message instanceof HTMLElement ? message.dataset.version : '')),
    );
}

test('where the model’s memory begins is marked, and the mark moves in every tab', async t => {
  const page = await startLong(t, 2);
  await isLive(page);
  const tab = await openTab(t, page);
  await tab.goto(page.url());
  await isLive(tab);
  assert.equal(await page.getByText(MARK).count(), 0);
  await askLong(page, 3);
  for (const each of [page, tab]) await markedMessage(each).filter({ hasText: 'Question 2' }).waitFor();
  await askLong(page, 4);
  for (const each of [page, tab]) {
    await showsStatus(each, 'complete');
    await markedMessage(each).filter({ hasText: 'Question 3' }).waitFor();
    assert.equal(await each.getByText(MARK).count(), 1);
  }
  assert.deepEqual(await shownVersions(tab), await shownVersions(page));
});

test('the mark stands across the column, above its message and below the one before', async t => {
  const page = await startLong(t, 2);
  await isLive(page);
  await askLong(page, 3);
  for (const width of [390, 1160]) {
    await page.setViewportSize({ width, height: 800 });
    await page.locator('.message__memory').waitFor();
    const mark = await page.locator('.message__memory').boundingBox();
    const list = await page.locator('#messages').boundingBox();
    const message = await markedMessage(page).boundingBox();
    const before = await page.locator('article:has(+ article > .message__memory)').boundingBox();
    assert.ok(mark && list && message && before);
    assert.ok(Math.abs(mark.x - list.x) <= 1 && Math.abs(mark.width - list.width) <= 1, `${width}`);
    assert.ok(mark.y + mark.height <= message.y && mark.y >= before.y + before.height, `${width}`);
  }
});
