import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { NEWEST_ITEMS } from '../../src/cable/difference.ts';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { showConversation } from '../support/conversation-page.ts';
import { startCuttableProxy } from '../support/cuttable-proxy.ts';
import { insertTexts } from '../support/inserted-conversation.ts';
import { ask, isLive, openPage, openTab, showsStatus, showsText } from '../support/page.ts';

/** A page that shows some questions, "One" with "Reply to One", and so on. */
async function openPairs(t: TestContext, questions: readonly string[], options?: BrowserContextOptions) {
  const app = await startTestApp(t);
  const page = await openPage(t, await sharedChromium(), options);
  await showConversation(
    page,
    app,
    questions.map(question => [question, `Reply to ${question}`]),
  );
  return { ...app, page };
}

function questionOn(page: Page, text: string) {
  return page.locator('#messages > article[data-role=user]').filter({ hasText: text });
}

function deleteButton(page: Page, question: string) {
  return questionOn(page, question).getByRole('button', { name: 'Delete this question and its replies' });
}

/** Waits until the page shows these pairs, and nothing else. */
async function showsPairs(page: Page, ...questions: readonly string[]): Promise<void> {
  const expected = questions.flatMap(question => [question, `Reply to ${question}`]);
  await page.waitForFunction(expected => {
    const texts = [...document.querySelectorAll('#messages [id$=_body]')].map(body =>
      body.textContent?.trim(),
    );
    return JSON.stringify(texts) === JSON.stringify(expected);
  }, expected);
}

/** The messages as they are drawn. */
async function drawnMessages(page: Page): Promise<string[]> {
  return await page
    .locator('#messages > article')
    .evaluateAll(articles => articles.map(article => article.outerHTML));
}

/** Says yes to what a page asks. @returns what it has asked so far */
function agree(page: Page): string[] {
  const asked: string[] = [];
  page.on('dialog', dialog => {
    asked.push(dialog.message());
    void dialog.accept();
  });
  return asked;
}

test('a pair leaves every tab at once, after a word of warning, and a tab that heard nothing of it when it is back', async t => {
  const { page, url } = await openPairs(t, ['One', 'Two', 'Three', 'Four']);
  const proxy = await startCuttableProxy(t, url);
  const tab = await openTab(t, page);
  await tab.goto(page.url().replace(url, proxy.url));
  await Promise.all([isLive(page), isLive(tab)]);
  await questionOn(tab, 'Three').evaluate(article => Object.assign(article, { isSame: true }));
  await page.bringToFront();
  const asked = agree(page);

  await questionOn(page, 'Two').hover();
  await deleteButton(page, 'Two').click();
  for (const each of [page, tab]) await showsPairs(each, 'One', 'Three', 'Four');
  assert.deepEqual(asked, ['Delete this question and its replies? This cannot be undone.']);
  assert.ok(await questionOn(tab, 'Three').evaluate(article => 'isSame' in article), 'nothing else moves');
  assert.deepEqual(await drawnMessages(page), await drawnMessages(tab));

  proxy.cut();
  await deleteButton(page, 'Four').click();
  await showsPairs(page, 'One', 'Three');
  await deleteButton(page, 'One').click();
  await showsPairs(page, 'Three');
  await showsPairs(tab, 'One', 'Three', 'Four');
  proxy.mend();
  await tab.bringToFront();
  await showsPairs(tab, 'Three');
  const live = await drawnMessages(tab);
  assert.deepEqual(await drawnMessages(page), live);
  await tab.reload();
  assert.deepEqual(await drawnMessages(tab), live);
});

test('the keyboard reaches Delete, and goes on in the field', async t => {
  const { page } = await openPairs(t, ['One', 'Two']);
  await deleteButton(page, 'One').focus();
  await page.waitForFunction(() => {
    const form = document.activeElement?.closest('form');
    return form && getComputedStyle(form).opacity === '1';
  });
  page.once('dialog', dialog => void dialog.dismiss());
  await page.keyboard.press('Enter');
  await showsPairs(page, 'One', 'Two');
  assert.ok(await deleteButton(page, 'One').evaluate(button => button === document.activeElement));

  agree(page);
  await page.keyboard.press('Enter');
  await showsPairs(page, 'Two');
  await page.waitForFunction(() => document.activeElement?.id === 'composer_text');
});

test('Delete shows on hover, takes no room, and is always seen where nothing hovers', async t => {
  const { page } = await openPairs(t, ['One']);
  const opacity = () => deleteButton(page, 'One').evaluate(button => getComputedStyle(button).opacity);
  const becomes = async (wanted: string) => {
    while ((await opacity()) !== wanted) await page.evaluate(() => new Promise(requestAnimationFrame));
  };
  const height = async () => (await page.locator('#messages').boundingBox())?.height;
  await page.getByRole('textbox', { name: 'Message' }).hover();
  await becomes('0');
  const before = await height();
  await questionOn(page, 'One').hover();
  await becomes('1');
  await deleteButton(page, 'One').hover();
  await becomes('1');
  assert.equal(await height(), before);

  const { page: phone } = await openPairs(t, ['One'], { isMobile: true, hasTouch: true });
  agree(phone);
  await deleteButton(phone, 'One').tap();
  await showsPairs(phone);
});

test('what another tab has just deleted goes without an error', async t => {
  const { page } = await openPairs(t, ['One', 'Two']);
  await isLive(page);
  const arrived = Promise.withResolvers<() => Promise<void>>();
  await page.route('**/deletion', route => arrived.resolve(() => route.continue()));
  agree(page);
  const sent = page.waitForRequest('**/deletion');
  await deleteButton(page, 'One').click();
  const goOn = await arrived.promise;
  await page.request.post((await sent).url(), { maxRedirects: 0 });
  await showsPairs(page, 'Two');
  const answer = page.waitForResponse('**/deletion');
  await goOn();
  assert.equal((await answer).status(), 404);
  await page.waitForFunction(() => document.activeElement?.id === 'composer_text');
  await showsPairs(page, 'Two');
});

test('while a reply is being written an older pair can go, and so can its own', async t => {
  const { page, upstream } = await openPairs(t, ['One', 'Two']);
  await isLive(page);
  agree(page);
  await ask(page, 'Three');
  const call = await upstream.nextCall();
  call.text('Reply');
  await showsText(page, 'Reply');
  await deleteButton(page, 'Two').click();
  call.text(' to Three');
  await showsPairs(page, 'One', 'Three');
  const live = await drawnMessages(page);
  await page.reload();
  assert.deepEqual(await drawnMessages(page), live);

  await deleteButton(page, 'Three').click();
  await showsPairs(page, 'One');
  await call.closed;
  await page.getByRole('button', { name: 'Send' }).waitFor();
});

test('a conversation of which nothing is left says so, until something is asked, and goes on', async t => {
  const { page, upstream } = await openPairs(t, ['One']);
  await isLive(page);
  agree(page);
  const sentence = page.getByText('Nothing is left of this conversation.');
  assert.ok(!(await sentence.isVisible()));
  await deleteButton(page, 'One').click();
  await showsPairs(page);
  await sentence.waitFor();
  assert.equal(await page.getByRole('log').getByText('Nothing is left').count(), 0);
  await ask(page, 'Two');
  await sentence.waitFor({ state: 'hidden' });
  (await upstream.nextCall()).whole('Reply to Two');
  await showsStatus(page, 'complete');
  await ask(page, 'Three');
  (await upstream.nextCall()).whole('Reply to Three');
  await showsPairs(page, 'Two', 'Three');
  await showsStatus(page, 'complete');

  for (const question of ['Two', 'Three']) await deleteButton(page, question).click();
  await showsPairs(page);
  await page.reload();
  await sentence.waitFor();
});

test('where all that is shown is deleted, and there is more, the page shows that', async t => {
  const app = await startTestApp(t);
  const page = await openPage(t, await sharedChromium());
  await page.request.get(app.url); // makes a guest
  const later = Array.from({ length: NEWEST_ITEMS }, (_, i) => `Later ${i}`);
  const { path, ids } = await insertTexts(app.deps.db, 'One', ['One', 'Reply to One', ...later]);
  await page.goto(app.url + path);
  await isLive(page);
  for (let i = 2; i < ids.length; i += 2)
    await page.request.post(`${app.url}/messages/${ids[i]}/deletion`, { maxRedirects: 0 });
  await showsPairs(page, 'One');
  assert.ok(!(await page.getByText('Nothing is left of this conversation.').isVisible()));
});

test('what was half typed in a conversation that is deleted elsewhere waits in a new one', async t => {
  const { page } = await openPairs(t, ['One']);
  await isLive(page);
  await page.getByRole('textbox', { name: 'Message' }).fill('Half a sen');
  await page.request.post(`${page.url()}/deletion`, { maxRedirects: 0 });
  await page.getByRole('heading', { name: 'There is no such conversation, or no longer.' }).waitFor();
  await page.getByRole('link', { name: 'Back to the conversations' }).click();
  await page.waitForFunction(() => document.querySelector('textarea')?.value === 'Half a sen');
  assert.equal(await page.evaluate(() => sessionStorage.length), 1);
});
