import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { showQuestion } from '../support/conversation-page.ts';
import { ask, openPage, showsStatus, showsText } from '../support/page.ts';

const SCREENS_OF_TEXT = Array.from({ length: 60 }, (_, i) => `Paragraph ${i + 1}.\n\n`).join('');

/** A person's page on which a reply of several screens is being written. */
async function openLongReply(t: TestContext) {
  const { url, upstream } = await startTestApp(t);
  const page = await openPage(t, await sharedChromium());
  await showQuestion(page, url);
  const call = await upstream.nextCall();
  call.text(SCREENS_OF_TEXT);
  await showsText(page, 'Paragraph 60.');
  return { page, call, newest: page.getByRole('button', { name: 'Newest' }) };
}

async function isAtEnd(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const { scrollHeight, scrollTop, clientHeight } = document.documentElement;
    return scrollHeight > 2 * clientHeight && scrollHeight - scrollTop - clientHeight < 2;
  });
}

/** Scrolls as a reader does, and waits until the page has noticed. */
async function scrollUp(page: Page): Promise<void> {
  await page.mouse.move(400, 300);
  await page.mouse.wheel(0, -600);
  await page.getByRole('button', { name: 'Newest' }).waitFor();
}

function topOf(page: Page, text: string): Promise<number | undefined> {
  return page
    .getByText(text, { exact: true })
    .boundingBox()
    .then(box => box?.y);
}

test('the page follows a reply while it grows', async t => {
  const { page, call, newest } = await openLongReply(t);
  await isAtEnd(page);
  for (let i = 1; i <= 5; i++) {
    call.text(`More ${i}.\n\n`);
    await showsText(page, `More ${i}.`);
    await isAtEnd(page);
  }
  call.finish();
  await showsStatus(page, 'complete');
  await isAtEnd(page);
  assert.ok(!(await newest.isVisible()));
});

test('a reader who scrolled up stays where he is, until he asks for the newest', async t => {
  const { page, call, newest } = await openLongReply(t);
  await isAtEnd(page);
  await scrollUp(page);
  const before = await topOf(page, 'Paragraph 50.');
  for (let i = 1; i <= 5; i++) {
    call.text(`More ${i}.\n\n`);
    await showsText(page, `More ${i}.`);
  }
  assert.equal(await topOf(page, 'Paragraph 50.'), before);
  assert.ok(await page.getByRole('button', { name: 'Stop' }).isVisible());

  await newest.click();
  await isAtEnd(page);
  assert.ok(!(await newest.isVisible()));
  call.text('And it goes on.');
  await showsText(page, 'And it goes on.');
  await isAtEnd(page);
});

test('a small movement up is enough, and back down again as well', async t => {
  const { page, call } = await openLongReply(t);
  await isAtEnd(page);
  const end = await scrollTop(page);
  await page.mouse.move(400, 300);
  await page.mouse.wheel(0, -20);
  await page.waitForFunction(end => document.documentElement.scrollTop < end, end);
  const up = await scrollTop(page);
  call.text('More.\n\n');
  await showsText(page, 'More.');
  assert.equal(await scrollTop(page), up);

  await page.mouse.wheel(0, 600);
  await isAtEnd(page);
  call.text('Even more.\n\n');
  await showsText(page, 'Even more.');
  await isAtEnd(page);
});

test('the end stays in view when the window and the composer change their size', async t => {
  const { page } = await openLongReply(t);
  await isAtEnd(page);
  await page.setViewportSize({ width: 400, height: 400 });
  await isAtEnd(page);
  await page.getByRole('textbox', { name: 'Message' }).fill('1\n2\n3\n4');
  await isAtEnd(page);
});

test('a page opens at its newest message, and asking leads there', async t => {
  const { page, call } = await openLongReply(t);
  call.finish();
  await showsStatus(page, 'complete');
  await page.reload();
  await isAtEnd(page);
  await scrollUp(page);
  await ask(page, 'Two');
  await page.getByText('Thinking…').waitFor();
  await isAtEnd(page);
  await page.getByRole('link', { name: 'New conversation' }).click();
  await page.getByText('Who would you like to talk to?').waitFor();
  await page.getByRole('link', { name: 'One' }).click();
  await isAtEnd(page);
});

function scrollTop(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollTop);
}
