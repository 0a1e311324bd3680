import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { install } from '../support/installation.ts';
import {
  hasEnded,
  isLive,
  markDocument,
  newestReply,
  openPage,
  showsStatus,
  showsText,
} from '../support/page.ts';
import { messagesOf } from '../support/rows.ts';
import { startServer } from '../support/server-process.ts';

async function openWithout(t: TestContext) {
  const context = await startTestApp(t);
  const page = await openPage(t, await sharedChromium(), { javaScriptEnabled: false });
  await page.goto(context.url);
  return { ...context, page };
}

async function send(page: Page, question: string): Promise<void> {
  await page.locator('textarea').fill(question);
  await page.getByRole('button', { name: 'Send' }).click();
}

/** The same, with a first question whose reply is being written. */
async function askWithout(t: TestContext) {
  const context = await openWithout(t);
  await send(context.page, 'One');
  const call = await context.upstream.nextCall();
  await context.page.getByText('Thinking…').waitFor();
  return { ...context, call };
}

/** What the newest reply shows, and what can be done with it. */
async function shownReply(page: Page): Promise<string> {
  return await newestReply(page).evaluate(article => {
    const body = article.querySelector('.prose');
    const rest: string[] = [];
    for (let next = body; next; next = next.nextElementSibling) rest.push(next.outerHTML);
    return rest.join('').replace(/\s*\n\s*/g, '\n');
  });
}

test('a reply grows in the page while the model writes, without a visit, and ends as the ordinary page', async t => {
  const { page, call } = await askWithout(t);
  const isSame = await markDocument(page);
  const [dock, messages] = [page.locator('.dock'), page.locator('.chat__messages')];
  for (let i = 1; i <= 20; i++) {
    call.text(`Number ${i}.\n\n`);
    if (i % 5 === 0) await showsText(page, `Number ${i}.`);
  }
  assert.ok(await page.getByText('Number 20.').isVisible());
  const [below, above] = [await dock.boundingBox(), await messages.boundingBox()];
  assert.ok(below && above && below.y >= above.y + above.height, 'the composer’s place is below what grows');
  const newest = await page.getByText('Number 20.').boundingBox();
  assert.ok(newest && newest.y > 0 && newest.y + newest.height <= below.y, 'the newest text is in sight');
  assert.ok(!(await page.locator('textarea').isVisible()), 'no half-typed text can be lost');
  assert.ok(await page.getByRole('button', { name: 'Stop' }).isVisible());

  call.text('The end');
  call.finish();
  await hasEnded(page);
  await showsText(page, 'The end');
  assert.ok(await isSame());
  assert.ok(await page.locator('textarea').isVisible());
  assert.ok(await page.getByRole('button', { name: 'Send' }).isVisible());
  assert.ok(!(await page.getByText('Thinking…').isVisible()));
  assert.ok(!(await page.getByText('look again').isVisible()));
  const grown = await shownReply(page);
  const address = page.url();
  await page.reload();
  assert.equal(page.url(), address.replace('?live=1', ''));
  assert.equal(await shownReply(page), grown);
});

test('one can ask, read, switch bots, stop and regenerate', async t => {
  const { page, upstream } = await openWithout(t);
  await page.getByText('BelleBot').click();
  await send(page, 'One');
  const call = await upstream.nextCall();
  assert.match(call.body.messages[0]?.content ?? '', /belle/);
  call.text('Some text\n\n');
  await showsText(page, 'Some text');

  await page.getByRole('button', { name: 'Stop' }).click();
  await showsStatus(page, 'stopped');
  await call.closed;
  await page.getByRole('button', { name: 'Regenerate' }).click();
  const second = await upstream.nextCall();
  second.text('Other text');
  second.finish();
  await hasEnded(page);
  await showsText(page, 'Other text');
  await send(page, 'Two');
  (await upstream.nextCall()).finish();
  await hasEnded(page);
});

test('a text that is refused while a reply is open stays, and can be sent again', async t => {
  const { page, upstream, call } = await askWithout(t);
  call.text('Reply one');
  call.finish();
  await hasEnded(page);
  const other = await page.context().newPage();
  await other.goto(page.url());
  await send(other, 'Two');
  const second = await upstream.nextCall();

  await send(page, 'Three');
  await page.getByText('Stop the reply first, or wait.').waitFor();
  assert.equal(await page.locator('textarea').inputValue(), 'Three');
  second.text('Reply two');
  second.finish();
  await hasEnded(other);
  await page.getByRole('button', { name: 'Send' }).click();
  const third = await upstream.nextCall();
  assert.equal(third.body.messages.at(-1)?.content, 'Three');
  third.finish();
  await hasEnded(page);
});

test('a page that is opened otherwise refreshes itself while a reply is open', async t => {
  const { page, call } = await askWithout(t);
  await page.goto(page.url().replace('?live=1', ''));
  call.text('Some text');
  await showsText(page, 'Some text');
  call.finish();
  await showsStatus(page, 'complete');
  assert.equal(await page.locator('meta[http-equiv=refresh]').count(), 0);
});

test('a definition that comes last makes the page show it', async t => {
  const { page, call } = await askWithout(t);
  call.text('See [the moon][1].\n\n');
  await showsText(page, 'See [the moon][1].');
  call.text('[1]: https://example.com/moon\n');
  call.finish();
  await newestReply(page).getByRole('link', { name: 'the moon' }).waitFor();
  await showsStatus(page, 'complete');
});

test('when the program is started anew in mid-reply, the page comes back by itself', async t => {
  const installation = await install(t, { SHUTDOWN_GRACE_SECONDS: '10', PORT: String(await freePort()) });
  const server = await startServer(t, installation.environment);
  const page = await openPage(t, await sharedChromium(), { javaScriptEnabled: false });
  await page.goto(server.url);
  await send(page, 'One');
  const call = await installation.upstream.nextCall();
  call.text('Saved before the end\n\nand this');
  await showsText(page, 'Saved before the end');

  server.kill('SIGTERM');
  await page.locator('meta[http-equiv=refresh][content^="20;"]').waitFor({ state: 'attached' });
  call.cut();
  await server.exited;
  await startServer(t, installation.environment);
  await page.getByRole('button', { name: 'Continue' }).waitFor({ timeout: 60_000 });
  await showsText(page, 'and this');
  assert.doesNotMatch(page.url(), /live/);
});

test('closing the page does not stop the reply', async t => {
  const { page, call, deps } = await askWithout(t);
  const { pathname } = new URL(page.url());
  call.text('Some text\n\n');
  await showsText(page, 'Some text');
  await page.close();
  call.text('and more');
  call.finish();
  const rows = () => messagesOf(deps.db, pathname);
  await eventually(async () => (await rows())[1]?.status === 'complete');
  assert.equal((await rows())[1]?.content, 'Some text\n\nand more');
});

test('a browser with JavaScript leaves the document that grows for the page that is live', async t => {
  const { page, call } = await askWithout(t);
  const browser = page.context().browser();
  assert.ok(browser);
  const scripted = await openPage(t, browser, { storageState: await page.context().storageState() });
  const address = page.url();
  await scripted.goto(address, { waitUntil: 'commit' });
  await scripted.waitForURL(address.replace('?live=1', ''));
  await isLive(scripted);
  call.text('Some');
  await showsText(scripted, 'Some');
});

test('on the smallest screen the way to look again stands beside Stop, in full', async t => {
  const { page } = await askWithout(t);
  await page.setViewportSize({ width: 320, height: 640 });
  const [words, stop] = [
    await page.locator('.dock__silence').boundingBox(),
    await page.getByRole('button', { name: 'Stop' }).boundingBox(),
  ];
  assert.ok(words && stop);
  assert.ok(words.x >= 0 && words.x + words.width <= stop.x, `${words.x} + ${words.width} before ${stop.x}`);
  assert.ok(words.y + words.height <= 640);
});
