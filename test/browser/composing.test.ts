import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { showQuestion } from '../support/conversation-page.ts';
import { ask, openPage, showsStatus, showsText } from '../support/page.ts';

/** A page whose reply is being written, and somebody who types with an IME. */
async function openReply(t: TestContext) {
  const { url, upstream } = await startTestApp(t);
  const page = await openPage(t, await sharedChromium());
  await showQuestion(page, url);
  const call = await upstream.nextCall();
  call.text('Reply');
  await showsText(page, 'Reply');
  const session = await page.context().newCDPSession(page);
  const field = page.getByRole('textbox', { name: 'Message' });
  await field.focus();
  return {
    page,
    call,
    upstream,
    field,
    compose: (text: string) =>
      session.send('Input.imeSetComposition', {
        text,
        selectionStart: text.length,
        selectionEnd: text.length,
      }),
    commit: (text: string) => session.send('Input.insertText', { text }),
  };
}

/** The next question's answer is held on its way until it is let go. */
async function holdAnswer(page: Page) {
  const asked = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  await page.route('**/messages', async route => {
    const response = await route.fetch();
    asked.resolve();
    await gate.promise;
    await route.fulfill({ response });
  });
  return { asked: asked.promise, letGo: () => gate.resolve() };
}

async function isAnswered(page: Page): Promise<void> {
  await page.locator('#composer:not([aria-busy=true])').waitFor();
}

test('what is being composed goes on while frames come and the reply ends', async t => {
  const { page, call, field, compose, commit } = await openReply(t);
  await compose('に');
  call.text(', and *more*');
  await showsText(page, 'more');
  await compose('にほ');
  call.finish();
  await showsStatus(page, 'complete');
  await compose('にほん');
  await commit('日本');
  assert.equal(await field.inputValue(), '日本');
});

test('what is being composed goes on when the answer clears the field', async t => {
  const { page, call, upstream, field, compose, commit } = await openReply(t);
  call.finish();
  await showsStatus(page, 'complete');
  const { asked, letGo } = await holdAnswer(page);
  await ask(page, 'Two');
  await asked;
  await compose('に');
  letGo();
  await isAnswered(page);
  await compose('にほ');
  await commit('日本');
  await page.waitForFunction(() => document.querySelector('textarea')?.value === '日本');
  await upstream.nextCall();
  assert.equal(await field.inputValue(), '日本');
});

test('the caret stays in what is typed when the answer clears the field', async t => {
  const { page, call, upstream, field } = await openReply(t);
  call.finish();
  await showsStatus(page, 'complete');
  const { asked, letGo } = await holdAnswer(page);
  await ask(page, 'Two');
  await asked;
  await field.pressSequentially(' and 4');
  await field.press('ArrowLeft');
  letGo();
  await page.waitForFunction(() => document.querySelector('textarea')?.value === ' and 4');
  await upstream.nextCall();
  await field.pressSequentially('3, ');
  assert.equal(await field.inputValue(), ' and 3, 4');
});
