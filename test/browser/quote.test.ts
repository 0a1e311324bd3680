import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { showConversation } from '../support/conversation-page.ts';
import { isLive, openPage } from '../support/page.ts';

/** A page that shows a reply of two paragraphs. */
async function openReply(t: TestContext) {
  const app = await startTestApp(t);
  const page = await openPage(t, await sharedChromium());
  await showConversation(page, app, [['One', 'The moon pulls.\n\nThe sea gives way.']]);
  app.upstream.answerAll(call => call.whole('A reply'));
  await isLive(page);
  return page;
}

/** Selects the contents of what this selector finds. */
async function select(page: Page, selector: string): Promise<void> {
  await page
    .locator(selector)
    .last()
    .evaluate(element => getSelection()?.selectAllChildren(element));
}

function quoteButton(page: Page) {
  return page.getByRole('button', { name: 'Quote' });
}

test('what is selected in a message is quoted below what is typed, with the caret below it', async t => {
  const page = await openReply(t);
  const field = page.getByRole('textbox', { name: 'Message' });
  await field.fill('You say:');
  await select(page, '.message--assistant .message__text');
  await quoteButton(page).click();
  await quoteButton(page).waitFor({ state: 'hidden' });
  await page.keyboard.type('Why?');
  assert.equal(await field.inputValue(), 'You say:\n\n> The moon pulls.\n> \n> The sea gives way.\n\nWhy?');
  await page.reload();
  assert.match(await field.inputValue(), /> The moon pulls\./);
});

test('the keyboard reaches the button that quotes, and the selection outlasts the way to it', async t => {
  const page = await openReply(t);
  await page.locator('.message--assistant').getByRole('button', { name: 'About' }).focus();
  await select(page, '.message--assistant p');
  await quoteButton(page).waitFor();
  await quoteButton(page).focus();
  await page.keyboard.press('Enter');
  assert.equal(await page.getByRole('textbox', { name: 'Message' }).inputValue(), '> The sea gives way.\n\n');
});

test('nothing is offered for what is selected elsewhere', async t => {
  const page = await openReply(t);
  await select(page, '.message--assistant p');
  await quoteButton(page).waitFor();
  await select(page, '.sidebar__brand');
  await quoteButton(page).waitFor({ state: 'hidden' });
});
