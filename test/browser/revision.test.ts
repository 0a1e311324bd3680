import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { showConversation } from '../support/conversation-page.ts';
import { eventually } from '../support/eventually.ts';
import { ask, isLive, openPage, openTab, shownMessages, showsStatus, showsText } from '../support/page.ts';

/** A page that shows two questions, each with its reply: "About One", "About Two". */
async function openConversation(t: TestContext) {
  const app = await startTestApp(t);
  const { upstream } = app;
  const page = await openPage(t, await sharedChromium());
  await showConversation(
    page,
    app,
    ['One', 'Two'].map(question => [question, `About ${question}`]),
  );
  upstream.answerAll(call => call.whole(`About ${call.body.messages.at(-1)?.content}`));
  return { page, upstream };
}

function message(page: Page) {
  return page.getByRole('textbox', { name: 'Message' });
}

function question(page: Page, text: string) {
  return page.locator('#messages > [data-role=user]').filter({ hasText: text });
}

async function edit(page: Page, text: string): Promise<void> {
  await question(page, text).hover();
  await question(page, text).getByRole('link', { name: 'Edit' }).click();
  await page.getByText('Editing your question').waitFor();
}

/** Waits until just these questions are marked. */
async function showsEdited(page: Page, ...texts: string[]): Promise<void> {
  const marked = page.locator('.message--edited .message__text');
  await eventually(async () => (await marked.allTextContents()).join() === texts.join());
}

async function shownQuestions(page: Page): Promise<string[]> {
  return await page.locator('#messages > [data-role=user] .message__text').allTextContents();
}

test('a question is edited in mid-conversation: a branch begins there in all tabs, and the pager leads back', async t => {
  const { page } = await openConversation(t);
  const tab = await openTab(t, page);
  await tab.goto(page.url());
  await Promise.all([isLive(page), isLive(tab)]);
  await page.bringToFront();

  await edit(page, 'One');
  assert.equal(await message(page).inputValue(), 'One');
  await page.waitForFunction(() => document.activeElement?.id === 'composer_text');
  await page.keyboard.type(' anew');
  await page.keyboard.press('Enter');
  for (const each of [page, tab]) {
    await showsText(each, 'About One anew');
    await showsStatus(each, 'complete');
    await question(each, 'One anew').getByText('2/2').waitFor();
    assert.deepEqual(await shownQuestions(each), ['One anew']);
  }
  await page.getByText('Editing your question').waitFor({ state: 'detached' });
  assert.equal(await shownMessages(page), await shownMessages(tab));

  await page.getByRole('button', { name: 'Previous version' }).click();
  await showsText(tab, 'About Two');
  assert.deepEqual(await shownQuestions(tab), ['One', 'Two']);
});

test('the question that is edited is marked and named, and no other any more once its editing was left', async t => {
  const { page } = await openConversation(t);
  await edit(page, 'One');
  await showsEdited(page, 'One');
  await page.getByRole('link', { name: 'Editing your question' }).click();
  await page.waitForURL(`**#${await question(page, 'One').getAttribute('id')}`);
  await edit(page, 'Two');
  await showsEdited(page, 'Two');
  await page.getByRole('link', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Send', exact: true }).waitFor();
  await showsEdited(page);
});

test('what was half typed is there again after a question was edited, and after its editing was left', async t => {
  const { page } = await openConversation(t);
  const isBack = () =>
    page.waitForFunction(() => {
      const field = document.querySelector<HTMLTextAreaElement>('#composer_text');
      return field === document.activeElement && field?.value === 'Half typed';
    });
  await message(page).fill('Half typed');
  await edit(page, 'Two');
  await page.getByRole('link', { name: 'Cancel' }).click();
  await isBack();
  await edit(page, 'Two');
  await page.keyboard.press('Escape');
  await isBack();
  await edit(page, 'Two');
  await page.keyboard.type(' anew');
  await page.keyboard.press('Enter');
  await showsText(page, 'About Two anew');
  await isBack();
  await page.reload();
  await isBack();
});

test('a half edited question survives a reload, and is as it was once its editing was left', async t => {
  const { page } = await openConversation(t);
  await edit(page, 'One');
  await message(page).fill('One, but');
  await page.reload();
  assert.equal(await message(page).inputValue(), '');
  await edit(page, 'One');
  assert.equal(await message(page).inputValue(), 'One, but');
  await page.getByRole('link', { name: 'Cancel' }).click();
  await page.getByText('Editing your question').waitFor({ state: 'detached' });
  await edit(page, 'One');
  assert.equal(await message(page).inputValue(), 'One');
});

test('an edited question that comes while a reply is open is kept, and says why it was not asked', async t => {
  const { page, upstream } = await openConversation(t);
  const held = Promise.withResolvers<{ finish(): void }>();
  upstream.answerAll(call => {
    call.text('Slowly');
    held.resolve(call);
  });
  await ask(page, 'Three');
  await showsText(page, 'Slowly');
  await edit(page, 'One');
  await message(page).fill('One anew');
  await page.keyboard.press('Enter');
  const notice = page.getByRole('status').getByText('Stop the reply first, or wait.');
  await notice.waitFor();
  const colour = (of: typeof notice) => of.evaluate(element => getComputedStyle(element).color);
  assert.equal(await colour(notice), await colour(page.locator('.composer__editing')));
  assert.equal(await message(page).inputValue(), 'One anew');
  await page.getByText('Editing your question').waitFor();
  assert.deepEqual(await shownQuestions(page), ['One', 'Two', 'Three']);

  (await held.promise).finish();
  await showsStatus(page, 'complete');
  upstream.answerAll(call => call.finish());
  await page.keyboard.press('Enter');
  await question(page, 'One anew').waitFor();
});

test('a question that was deleted meanwhile is not asked anew, and its text is kept', async t => {
  const { page } = await openConversation(t);
  await isLive(page);
  const id = (await question(page, 'Two').getAttribute('id'))?.replace('message_', '');
  await edit(page, 'Two');
  await message(page).fill('Two anew');
  await page.request.post(`${new URL(page.url()).origin}/messages/${id}/deletion`, { maxRedirects: 0 });
  await question(page, 'Two').waitFor({ state: 'detached' });
  await page.keyboard.press('Enter');
  await page.getByRole('status').getByText('This question was deleted.').waitFor();
  assert.equal(await message(page).inputValue(), 'Two anew');
});
