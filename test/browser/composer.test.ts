import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { showConversation } from '../support/conversation-page.ts';
import { ask, isLive, openPage, showsStatus, showsText } from '../support/page.ts';
import type { UpstreamCall } from '../support/scripted-upstream.ts';

/** A person's page that shows a conversation in which each question is answered at once. */
async function openConversation(t: TestContext, open = openPage) {
  const app = await startTestApp(t);
  const { upstream } = app;
  const page = await open(t, await sharedChromium());
  await showConversation(page, app, [['One', 'A reply']]);
  upstream.answerAll(call => call.whole('A reply'));
  await isLive(page);
  return { page, upstream, field: page.getByRole('textbox', { name: 'Message' }) };
}

/** The next question is held on its way until it is let go. */
async function holdQuestions(page: Page) {
  const sent = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  await page.route('**/messages', async route => {
    sent.resolve();
    await gate.promise;
    await route.continue();
  });
  return { sent: sent.promise, letGo: () => gate.resolve() };
}

async function questions(page: Page): Promise<string[]> {
  return await page.locator('[data-role=user] .message__text').allInnerTexts();
}

async function hasValue(page: Page, value: string): Promise<void> {
  await page.waitForFunction(value => document.querySelector('textarea')?.value === value, value);
}

function isFieldFocused(page: Page): Promise<boolean> {
  return page.evaluate(() => document.activeElement === document.querySelector('textarea'));
}

test('Enter sends, Shift+Enter breaks the line, and the Enter that ends a composition does not send, nor an empty field', async t => {
  const { page, field } = await openConversation(t);
  await field.press('Enter');
  await field.pressSequentially('Two');
  await field.press('Shift+Enter');
  await field.pressSequentially('lines');
  await field.press('Enter');
  await hasValue(page, '');
  await showsStatus(page, 'complete');
  assert.deepEqual(await questions(page), ['One', 'Two\nlines']);

  await field.press('Enter');
  await field.fill('にほん');
  for (const ime of [{ isComposing: true }, { keyCode: 229 }]) {
    await field.dispatchEvent('keydown', { key: 'Enter', ...ime });
  }
  await field.fill('日本');
  await field.press('Enter');
  await hasValue(page, '');
  assert.deepEqual(await questions(page), ['One', 'Two\nlines', '日本']);
});

test('a question sent by Enter, or by the button, clears the field, which stays the same and keeps the focus', async t => {
  const { page, field } = await openConversation(t);
  const same = await field.elementHandle();
  for (const send of [
    () => page.keyboard.press('Enter'),
    () => page.getByRole('button', { name: 'Send' }).click(),
  ]) {
    const asked = await questions(page);
    await field.fill('Two');
    await send();
    await hasValue(page, '');
    await showsStatus(page, 'complete');
    assert.ok(await same?.evaluate(field => field.isConnected));
    assert.ok(await isFieldFocused(page));
    await page.keyboard.type('Three');
    await page.keyboard.press('Enter');
    await hasValue(page, '');
    await showsStatus(page, 'complete');
    assert.deepEqual(await questions(page), [...asked, 'Two', 'Three']);
  }
});

test('what is typed, and who is chosen, between sending and the answer stays', async t => {
  const { page, field } = await openConversation(t);
  const { sent, letGo } = await holdQuestions(page);
  await ask(page, 'Two');
  await sent;
  await field.pressSequentially(' and three');
  await page.getByText('PirateBot').click();
  await field.press('Enter');
  letGo();
  await hasValue(page, ' and three');
  assert.ok(await page.getByRole('radio', { name: 'PirateBot' }).isChecked());
  assert.deepEqual(await questions(page), ['One', 'Two']);
});

test('a question while a reply is open comes back with a sentence, which goes when it ends, and with what was typed since', async t => {
  const { page, field, upstream } = await openConversation(t);
  upstream.answerAll(call => call.text('Slowly'));
  await ask(page, 'Two');
  await showsStatus(page, 'streaming');
  const { sent, letGo } = await holdQuestions(page);
  await ask(page, 'Three');
  await sent;
  await field.pressSequentially(' and four');
  letGo();
  await page.getByRole('status').getByText('Stop the reply first, or wait.').waitFor();
  assert.equal(await field.inputValue(), 'Three and four');
  assert.ok(await isFieldFocused(page));
  assert.ok(!(await page.getByRole('button', { name: 'Send' }).isVisible()));

  await page.getByRole('button', { name: 'Stop' }).click();
  await showsStatus(page, 'stopped');
  await field.press('Enter');
  await hasValue(page, '');
  await showsStatus(page, 'streaming');
  assert.equal(await page.locator('#notice').innerText(), '');
  await page.getByRole('button', { name: 'Stop' }).click();
  await showsStatus(page, 'stopped');

  const held = Promise.withResolvers<UpstreamCall>();
  upstream.answerAll(held.resolve);
  await ask(page, 'Five');
  await hasValue(page, '');
  await ask(page, 'Six');
  const notice = page.getByText('Stop the reply first, or wait.');
  await notice.waitFor();
  await page.keyboard.type(' and seven');
  assert.ok(await notice.isVisible());
  const call = await held.promise;
  call.text('A reply');
  call.finish();
  await showsStatus(page, 'complete');
  await notice.waitFor({ state: 'hidden' });
  assert.ok(await page.getByRole('button', { name: 'Send' }).isVisible());
});

test('Stop stands exactly where Send does; it, Continue and Regenerate, pressed by keyboard, hand the focus to the field', async t => {
  const { page, upstream } = await openConversation(t);
  const send = page.getByRole('button', { name: 'Send' });
  const before = await send.boundingBox();
  upstream.answerAll(call => call.text('Slowly'));
  await ask(page, 'Two');
  const stop = page.getByRole('button', { name: 'Stop' });
  await stop.waitFor();
  assert.deepEqual(await stop.boundingBox(), before);
  await stop.click();
  await showsStatus(page, 'stopped');

  upstream.answerAll(call => call.text('More slowly'));
  await ask(page, 'Three');
  await showsText(page, 'More slowly');
  upstream.answerAll(call => {
    call.text(' and on');
    call.finish();
  });
  for (const [name, status] of [
    ['Stop', 'stopped'],
    ['Continue', 'complete'],
    ['Regenerate', 'complete'],
  ] as const) {
    await page.getByRole('button', { name }).last().press('Enter');
    await showsStatus(page, status);
    await page.waitForFunction(() => document.activeElement?.id === 'composer_text');
  }
});

test('the focus moves freely while a reply streams', async t => {
  const { page, upstream } = await openConversation(t);
  const asked = Promise.withResolvers<UpstreamCall>();
  upstream.answerAll(asked.resolve);
  await ask(page, 'Two');
  const call = await asked.promise;
  const words = setInterval(() => call.text('word '), 10);
  t.after(() => clearInterval(words));
  await showsText(page, 'word word');
  const stop = page.getByRole('button', { name: 'Stop' });
  const field = page.getByRole('textbox', { name: 'Message' });
  for (let i = 0; i < 10; i++) {
    for (const place of [field, stop]) {
      const shown = await page.locator('#messages > article').last().getAttribute('data-version');
      await place.focus();
      await page.locator(`#messages > article:last-of-type:not([data-version="${shown}"])`).waitFor();
      assert.ok(await place.evaluate(element => element === document.activeElement));
    }
  }
});

test('the field grows with its text up to a limit, and a text that is too long comes back with a sentence, until it is changed', async t => {
  const { page, field } = await openConversation(t);
  const height = async () => (await field.boundingBox())?.height ?? 0;
  const one = await height();
  await field.fill('1\n2\n3');
  const three = await height();
  assert.ok(three > 2 * one, `${three} after ${one}`);
  await field.fill('\n'.repeat(200));
  assert.ok((await height()) < 0.5 * (page.viewportSize()?.height ?? 0));
  await field.fill('');
  assert.equal(await height(), one);

  const text = 'x'.repeat(32_001);
  await field.fill(text);
  await field.press('Enter');
  await page.getByRole('status').getByText('32,000 is the most that fits').waitFor();
  assert.equal(await field.inputValue(), text);
  await field.press('Backspace');
  await page.waitForFunction(() => document.querySelector('#notice')?.textContent === '');
});

test('a question that does not reach the server stays, with its id and a sentence', async t => {
  // Turbo lets the browser report a failed request as an error of the page.
  const { page, field } = await openConversation(t, (_, browser) => browser.newPage());
  const id = page.locator('#composer input[name=id]');
  const before = await id.inputValue();
  for (const trouble of ['unreachable', 'in trouble'] as const) {
    await page.route('**/messages', route =>
      trouble === 'unreachable' ? route.abort('connectionrefused') : route.fulfill({ status: 502 }),
    );
    await ask(page, 'Two');
    await page.getByRole('status').getByText('could not be sent').waitFor();
    assert.equal(await field.inputValue(), 'Two');
    assert.equal(await id.inputValue(), before);
    await page.unroute('**/messages');
  }
  await field.press('Enter');
  await hasValue(page, '');
  assert.deepEqual(await questions(page), ['One', 'Two']);
});

test('what is half typed, and for whom, is there again after a look elsewhere and a reload, until it is sent', async t => {
  const { page, field } = await openConversation(t);
  const lookElsewhere = async () => {
    await page.getByRole('link', { name: 'New conversation' }).click();
    await page.getByText('Who would you like to talk to?').waitFor();
    assert.equal(await field.inputValue(), '');
    await page.getByRole('link', { name: /^One/ }).click();
    await isLive(page);
  };
  await field.fill('Half a sen');
  await lookElsewhere();
  await hasValue(page, 'Half a sen');
  await page.keyboard.type('tence');
  await page.keyboard.press('Enter');
  await hasValue(page, '');
  await lookElsewhere();
  assert.equal(await field.inputValue(), '');
  assert.deepEqual(await questions(page), ['One', 'Half a sentence']);

  const pirate = page.getByRole('radio', { name: 'PirateBot' });
  await field.fill('Another half');
  await page.getByText('PirateBot').click();
  await page.reload();
  await hasValue(page, 'Another half');
  assert.ok(await pirate.isChecked());
  await page.getByRole('link', { name: 'New conversation' }).click();
  await page.getByText('Who would you like to talk to?').waitFor();
  assert.ok(!(await pirate.isChecked()));
  await page.goBack();
  await hasValue(page, 'Another half');
  assert.ok(await pirate.isChecked());
});
