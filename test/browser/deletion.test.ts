import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import test, { type TestContext } from 'node:test';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { NEWEST_ITEMS } from '../../src/cable/difference.ts';
import { insertQuestion } from '../../src/models/message.ts';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { showConversation } from '../support/conversation-page.ts';
import { startCuttableProxy } from '../support/cuttable-proxy.ts';
import { ask, choose, isLive, openPage, openTab, showsStatus, showsText } from '../support/page.ts';
import { messagesOf } from '../support/rows.ts';

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

test('a pair leaves every tab at once, after a word of warning, and nothing else moves', async t => {
  const { page } = await openPairs(t, ['One', 'Two', 'Three']);
  const tab = await openTab(t, page);
  await tab.goto(page.url());
  await Promise.all([isLive(page), isLive(tab)]);
  await questionOn(tab, 'Three').evaluate(article => Object.assign(article, { isSame: true }));
  await page.bringToFront();
  const asked = agree(page);

  await questionOn(page, 'Two').hover();
  await deleteButton(page, 'Two').click();
  await Promise.all([showsPairs(page, 'One', 'Three'), showsPairs(tab, 'One', 'Three')]);
  assert.deepEqual(asked, ['Delete this question and its replies? This cannot be undone.']);
  assert.ok(await questionOn(tab, 'Three').evaluate(article => 'isSame' in article));
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

test('a tab that heard nothing of it shows it when it is back', async t => {
  const { page, url } = await openPairs(t, ['One', 'Two', 'Three']);
  const proxy = await startCuttableProxy(t, url);
  const tab = await openTab(t, page);
  await tab.goto(page.url().replace(url, proxy.url));
  await isLive(tab);
  proxy.cut();
  await page.bringToFront();
  agree(page);
  await deleteButton(page, 'Three').click();
  await showsPairs(page, 'One', 'Two');
  await deleteButton(page, 'One').click();
  await showsPairs(page, 'Two');
  await showsPairs(tab, 'One', 'Two', 'Three');
  proxy.mend();
  await tab.bringToFront();
  await showsPairs(tab, 'Two');
  assert.deepEqual(await drawnMessages(tab), await drawnMessages(page));
});

test('what another tab has just deleted goes without an error', async t => {
  const { page } = await openPairs(t, ['One', 'Two']);
  const tab = await openTab(t, page);
  await tab.goto(page.url());
  await isLive(tab);
  const arrived = Promise.withResolvers<() => Promise<void>>();
  await tab.route('**/deletion', route => arrived.resolve(() => route.continue()));
  agree(page);
  agree(tab);
  await deleteButton(tab, 'One').click();
  const goOn = await arrived.promise;
  await page.bringToFront();
  await deleteButton(page, 'One').click();
  await Promise.all([showsPairs(page, 'Two'), showsPairs(tab, 'Two')]);
  const answer = tab.waitForResponse('**/deletion');
  await goOn();
  assert.equal((await answer).status(), 404);
  await tab.bringToFront();
  await tab.waitForFunction(() => document.activeElement?.id === 'composer_text');
  await showsPairs(tab, 'Two');
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

test('when all is deleted the page still asks', async t => {
  const { page, upstream } = await openPairs(t, ['One']);
  await isLive(page);
  agree(page);
  await deleteButton(page, 'One').click();
  await showsPairs(page);
  for (const question of ['Two', 'Three']) {
    await ask(page, question);
    const call = await upstream.nextCall();
    call.text(`Reply to ${question}`);
    call.finish();
    await showsStatus(page, 'complete');
  }
  await showsPairs(page, 'Two', 'Three');
});

test('a conversation of which nothing is left says so, until something is asked', async t => {
  const { page, upstream } = await openPairs(t, ['One']);
  await isLive(page);
  agree(page);
  const sentence = page.getByText('Nothing is left of this conversation.');
  assert.ok(!(await sentence.isVisible()));
  await deleteButton(page, 'One').click();
  await sentence.waitFor();
  assert.equal(await page.getByRole('log').getByText('Nothing is left').count(), 0);
  await page.reload();
  await sentence.waitFor();
  await ask(page, 'Two');
  await sentence.waitFor({ state: 'hidden' });
  (await upstream.nextCall()).finish();
  await showsStatus(page, 'failed');
});

test('where all that is shown is deleted, and there is more, the page shows that', async t => {
  const { page, url, deps } = await openPairs(t, ['One']);
  const [first] = await messagesOf(deps.db, page.url());
  assert.ok(first);
  const { conversation_id } = first;
  let { leaf_id } = await deps.db.selectFrom('conversations').selectAll().executeTakeFirstOrThrow();
  const later: string[] = [];
  for (let i = 0; i < NEWEST_ITEMS; i++) {
    const question = { id: randomUUIDv7(), conversation_id, parent_id: leaf_id, content: `Later ${i}` };
    ({ id: leaf_id } = await insertQuestion(deps.db, question));
    later.push(question.id);
  }
  await deps.db.updateTable('conversations').set({ leaf_id }).execute();
  await page.reload();
  await isLive(page);
  for (const id of later) await page.request.post(`${url}/messages/${id}/deletion`, { maxRedirects: 0 });
  await showsPairs(page, 'One');
  assert.ok(!(await page.getByText('Nothing is left of this conversation.').isVisible()));
});

test('what was half typed in a conversation that another tab deletes waits in a new one', async t => {
  const { page } = await openPairs(t, ['One']);
  const tab = await openTab(t, page);
  await tab.goto(page.url());
  await isLive(tab);
  await tab.getByRole('textbox', { name: 'Message' }).fill('Half a sen');
  await choose(page, 'Delete', 'One');
  await tab.getByRole('heading', { name: 'There is no such conversation, or no longer.' }).waitFor();
  await tab.getByRole('link', { name: 'Back to the conversations' }).click();
  await tab.waitForFunction(() => document.querySelector('textarea')?.value === 'Half a sen');
  assert.equal(await tab.evaluate(() => sessionStorage.length), 1);
});
