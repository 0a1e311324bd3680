import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { ask, choose, isLive, newestReply, openPage, showsStatus, showsText } from '../support/page.ts';
import { isSaved } from '../support/rows.ts';

/** A person's page on which a reply is being written. */
async function openReply(t: TestContext) {
  const context = await startTestApp(t);
  const page = await openPage(t, await sharedChromium());
  await page.goto(`${context.url}/conversations/new`);
  await ask(page, 'One');
  await isLive(page);
  const path = new URL(page.url()).pathname;
  const saves = (text: string) => isSaved(context.deps.db, path, text);
  return { ...context, page, saves, call: await context.upstream.nextCall() };
}

async function openNewConversation(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'New conversation' }).click();
  await page.getByText('Who would you like to talk to?').waitFor();
}

/** From here on the page notes what its reply says each time that Turbo renders. */
async function noteRenderedReplies(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const rendered: string[] = [];
    Object.assign(window, { rendered });
    document.addEventListener('turbo:render', () => {
      const text = document.querySelector('#messages > article:last-child .prose')?.textContent;
      if (text !== undefined) rendered.push(text.trim());
    });
  });
  return () => page.evaluate(() => Reflect.get(window, 'rendered'));
}

/** As a server tells a page of Turbo's own clients. */
async function refresh(page: Page): Promise<void> {
  const rendered = page.evaluate(
    () =>
      new Promise<void>(resolve => document.addEventListener('turbo:load', () => resolve(), { once: true })),
  );
  await page.evaluate(() =>
    Reflect.get(window, 'Turbo').renderStreamMessage('<turbo-stream action="refresh"></turbo-stream>'),
  );
  await rendered;
}

test('back and forward show the reply as it is by then, without a moment of an older one', async t => {
  const { page, call, saves } = await openReply(t);
  call.text('First.');
  await showsText(page, 'First.');
  await openNewConversation(page);
  const rendered = await noteRenderedReplies(page);

  call.text(' Second.');
  await saves('Second.');
  await page.goBack();
  await showsText(page, 'First. Second.');
  await isLive(page);
  await page.goBack();
  await page.getByText('Who would you like to talk to?').waitFor();
  call.text(' Third.');
  await saves('Third.');
  await page.goForward();
  await showsText(page, 'First. Second. Third.');
  assert.deepEqual(await rendered(), ['First. Second.', 'First. Second. Third.']);
  await isLive(page);
  call.finish();
  await showsStatus(page, 'complete');
});

test('a link that the pointer rested on leads to the reply as it is when it is clicked', async t => {
  const { page, call, saves } = await openReply(t);
  call.text('First.');
  await showsText(page, 'First.');
  await openNewConversation(page);
  const rendered = await noteRenderedReplies(page);
  const asked: string[] = [];
  page.on('request', request => asked.push(request.url()));
  const link = page.getByRole('link', { name: /^One/ });
  await link.hover();
  await page.waitForTimeout(PREFETCH_DELAY_MS);
  assert.deepEqual(asked, []);

  call.text(' Second.');
  await saves('Second.');
  await link.click();
  await showsText(page, 'First. Second.');
  assert.deepEqual(await rendered(), ['First. Second.']);
});

test('a question whose reader leaves before the answer comes is asked once, and is no draft any more', async t => {
  const { page, call, upstream } = await openReply(t);
  call.text('Reply one');
  call.finish();
  await showsStatus(page, 'complete');
  upstream.answerAll(call => {
    call.text('Another reply');
    call.finish();
  });
  const posted = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  await page.route('**/messages', async route => {
    const response = await route.fetch();
    posted.resolve();
    await gate.promise;
    // By then Turbo has given the request up.
    await route.fulfill({ response }).catch(() => {});
  });
  await ask(page, 'Two');
  await posted.promise;
  await page.goBack();
  await page.getByText('Who would you like to talk to?').waitFor();
  gate.resolve();
  await page.goForward();
  await showsText(page, 'Another reply');
  assert.equal(await page.getByRole('textbox', { name: 'Message' }).inputValue(), '');
  assert.equal(await page.locator('#messages > article').count(), 4);
});

test('a question whose reader leaves and comes back is still there, with the id by which it is asked once', async t => {
  const { page, call } = await openReply(t);
  call.text('Reply one');
  call.finish();
  await showsStatus(page, 'complete');
  const field = page.getByRole('textbox', { name: 'Message' });
  const id = page.locator('#composer input[name=id]');
  await field.fill('Two');
  const first = await id.inputValue();
  await openNewConversation(page);
  assert.notEqual(await id.inputValue(), first);
  await page.goBack();
  await isLive(page);
  assert.equal(await field.inputValue(), 'Two');
  assert.equal(await id.inputValue(), first);
});

test('a refresh leaves what is typed, chosen, selected, focused and unfolded, and brings what is new', async t => {
  const { page, call } = await openReply(t);
  call.reasoning('Let me think.');
  call.text('First words, *then* others.');
  call.finish();
  await showsStatus(page, 'complete');
  await newestReply(page).locator('summary').click();
  await page.getByText('PirateBot').click();
  const field = page.getByRole('textbox', { name: 'Message' });
  await field.fill('Half a sentence');
  await field.evaluate(field => {
    Object.assign(field, { isSame: true });
    if (field instanceof HTMLTextAreaElement) field.setSelectionRange(5, 9);
  });
  await page.locator('.message--user').evaluate(message => message.remove());

  await refresh(page);
  await page.locator('.message--user').waitFor();
  assert.ok(await page.getByText('Let me think.').isVisible());
  assert.ok(await page.getByRole('radio', { name: 'PirateBot' }).isChecked());
  assert.deepEqual(
    await page.evaluate(() => {
      const { activeElement: field } = document;
      if (!(field instanceof HTMLTextAreaElement)) return field?.outerHTML;
      return [field.value, field.selectionStart, field.selectionEnd, 'isSame' in field];
    }),
    ['Half a sentence', 5, 9, true],
  );
});

test('a refresh leaves the dialog open, and what can be taken back', async t => {
  const { page, call } = await openReply(t);
  call.text('A reply');
  call.finish();
  await showsStatus(page, 'complete');
  await page.request.post(new URL('/conversations', page.url()).href, {
    form: { content: 'Another' },
    maxRedirects: 0,
  });
  await choose(page, 'Delete', 'Another');
  const undo = page.getByText('Deleted “Another”.');
  await undo.waitFor();
  await page.keyboard.press('Control+/');
  const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await dialog.waitFor();
  await refresh(page);
  assert.ok(await dialog.getByText('This list').isVisible());
  assert.ok(await undo.isVisible());
});

test('a refresh in mid-reply keeps the selection, the scroll position and the way to the newest', async t => {
  const { page, call } = await openReply(t);
  for (let i = 1; i <= 40; i++) call.text(`Paragraph ${i}.\n\n`);
  for (const word of ['And ', 'so ', 'it ', 'goes ', 'on']) {
    call.text(word);
    await showsText(page, word.trim());
  }
  await page.mouse.move(400, 300);
  await page.mouse.wheel(0, -600);
  const newest = page.getByRole('button', { name: 'Newest' });
  await newest.waitFor();
  await page.evaluate(() => {
    const [paragraph] = [...document.querySelectorAll('.prose p')].slice(-1);
    if (paragraph) getSelection()?.selectAllChildren(paragraph);
  });
  const place = () => page.getByText('Paragraph 30.', { exact: true }).boundingBox();
  const before = await place();
  await refresh(page);
  assert.equal(await page.evaluate(() => String(getSelection())), 'And so it goes on');
  assert.deepEqual(await place(), before);
  assert.ok(await newest.isVisible());
  call.text(', and on');
  call.finish();
  await showsStatus(page, 'complete');
  assert.deepEqual(await place(), before);
});

/** Turbo waits for 100 ms before it fetches what the pointer rests on; nothing tells that it does not. */
const PREFETCH_DELAY_MS = 400;
