import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { Page, WebSocket } from 'playwright-core';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { showQuestion } from '../support/conversation-page.ts';
import { startCuttableProxy } from '../support/cuttable-proxy.ts';
import { eventually } from '../support/eventually.ts';
import {
  ask,
  choose,
  isLive,
  markDocument,
  newestReply,
  openPage,
  openTab,
  shownMessages,
  showsStatus,
  showsText,
} from '../support/page.ts';
import { isSaved, messagesOf } from '../support/rows.ts';

/** The program, and a person's page that shows its start. */
async function open(t: TestContext) {
  const context = await startTestApp(t);
  const page = await openPage(t, await sharedChromium());
  await page.goto(context.url);
  return { ...context, page };
}

/** The same on a page that is live, where a first question was asked. */
async function openConversation(t: TestContext) {
  const context = await startTestApp(t);
  const page = await openPage(t, await sharedChromium());
  await showQuestion(page, context.url);
  return { ...context, page, call: await context.upstream.nextCall() };
}

test('a reply streams into the page, each chunk shown before the model sends the next, also over a reload', async t => {
  const { page, upstream } = await open(t);
  await ask(page, 'Count to ten');
  const call = await upstream.nextCall();
  for (let i = 1; i <= 10; i++) {
    call.text(`Number ${i}.${i % 3 ? ' ' : '\n\n'}`);
    await showsText(page, `Number ${i}.`);
    if (i !== 7) continue;
    await page.reload();
    await showsText(page, `Number ${i}.`);
  }
  call.finish();
  await showsStatus(page, 'complete');
  assert.equal(
    await page.locator('#messages > article[data-role=user] [id$=_body]').innerText(),
    'Count to ten',
  );
  assert.equal(await newestReply(page).locator('p').count(), 4);
});

test('the second question appears in the page without a visit, and the next, which another bot may answer', async t => {
  const { page, upstream, call } = await openConversation(t);
  call.text('Reply one');
  call.finish();
  await showsStatus(page, 'complete');
  const isSame = await markDocument(page);
  await ask(page, 'Two');
  const second = await upstream.nextCall();
  second.text('Reply two');
  await showsText(page, 'Reply two');
  assert.equal(await page.locator('#messages > article').count(), 4);
  assert.equal(await page.getByRole('textbox', { name: 'Message' }).inputValue(), '');
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'composer_text');
  second.finish();
  await showsStatus(page, 'complete');

  await page.getByRole('radio', { name: /PirateBot/ }).check({ force: true });
  await ask(page, 'Three');
  const third = await upstream.nextCall();
  assert.match(third.body.messages[0]?.content ?? '', /pirate/);
  third.text('Arr');
  await showsText(page, 'Arr');
  third.finish();
  await showsStatus(page, 'complete');
  const speakers = await page
    .locator('#messages > article[data-role=assistant] .message__speaker')
    .allInnerTexts();
  assert.deepEqual(
    speakers.map(speaker => speaker.trim()),
    ['ChatBot', 'ChatBot', 'PirateBot'],
  );
  assert.ok(await page.getByRole('radio', { name: /PirateBot/ }).isChecked());
  assert.ok(await isSame());
});

test('two tabs stay in step, also one that joins in mid-reply', async t => {
  const { page, call, upstream } = await openConversation(t);
  call.text('# First\n\nSettled text, and an *open');
  await showsText(page, 'Settled text');
  const tab = await openTab(t, page);
  await tab.goto(page.url());
  await isLive(tab);
  call.text(' tail*\n\n- one\n- two');
  call.finish();
  await Promise.all([showsStatus(page, 'complete'), showsStatus(tab, 'complete')]);

  await ask(tab, 'Two');
  await showsStatus(page, 'streaming');
  (await upstream.nextCall()).text('Reply two');
  await Promise.all([showsText(page, 'Reply two'), showsText(tab, 'Reply two')]);
  assert.equal(await shownMessages(page), await shownMessages(tab));
});

test('after a cut of the network in mid-reply the page ends with the row’s text, without a reload', async t => {
  const { url, upstream, deps } = await startTestApp(t);
  const proxy = await startCuttableProxy(t, url);
  const page = await openPage(t, await sharedChromium());
  await showQuestion(page, proxy.url);
  const isSame = await markDocument(page);
  const path = new URL(page.url()).pathname;
  const call = await upstream.nextCall();
  call.text('Before the cut.\n\n');
  await showsText(page, 'Before the cut.');

  proxy.cut();
  call.text('While nobody listened.\n\n');
  await isSaved(deps.db, path, 'While nobody listened.\n\n');
  proxy.mend();
  await showsText(page, 'While nobody listened.');
  call.text('After it.');
  await showsText(page, 'After it.');
  proxy.cut();
  call.finish();
  await eventually(async () => (await messagesOf(deps.db, path))[1]?.status === 'complete');
  proxy.mend();
  await showsStatus(page, 'complete');

  assert.deepEqual(await newestReply(page).locator('p').allInnerTexts(), [
    'Before the cut.',
    'While nobody listened.',
    'After it.',
  ]);
  assert.ok(await isSame());
  const live = await shownMessages(page);
  await page.reload();
  assert.equal(live, await shownMessages(page));
});

test('Stop ends the reply on the page and at the model; Regenerate writes another in its place', async t => {
  const { page, call, upstream } = await openConversation(t);
  call.text('Some text');
  await showsText(page, 'Some text');
  await page.getByRole('button', { name: 'Stop' }).click();
  await showsStatus(page, 'stopped');
  await call.closed;
  assert.match(await newestReply(page).innerText(), /Some text\s+Stopped\./);

  await page.getByRole('button', { name: 'Regenerate' }).click();
  const second = await upstream.nextCall();
  second.text('Other text');
  second.finish();
  await showsStatus(page, 'complete');
  assert.equal(await page.locator('#messages > article').count(), 2);
  assert.ok(!(await page.locator('#messages').innerText()).includes('Some text'));
});

test('what a model writes does nothing but show', async t => {
  const { page, call } = await openConversation(t);
  const requests: string[] = [];
  page.on('request', request => requests.push(request.url()));
  page.on('dialog', dialog => assert.fail(dialog.message()));
  const hostile = [
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '[click](javascript:alert(1)) [data](data:text/html,<script>alert(1)</script>)',
    '![pixel](https://example.com/pixel.png)',
    '</template></turbo-stream><turbo-stream action="remove" target="messages"></turbo-stream>',
    '```"><img src=x onerror=alert(1)>\n</code></pre><script>alert(1)</script>\n```',
    '| <b onclick=alert(1)>x</b> |\n| --- |\n| <svg onload=alert(1)> |',
    'The end.',
  ];
  for (const text of hostile) {
    call.text(`${text}\n\n`);
    call.reasoning(text);
  }
  await showsText(page, 'The end.');
  call.finish();
  await showsStatus(page, 'complete');
  await page.reload();
  await showsText(page, 'The end.');
  const body = newestReply(page);
  assert.equal(
    await body
      .locator('script, img, svg, [onclick], [onerror], a[href^="javascript:"], a[href^="data:"]')
      .count(),
    0,
  );
  assert.ok((await body.innerText()).includes('<script>alert(1)</script>'));
  assert.deepEqual(
    requests.filter(url => new URL(url).host !== new URL(page.url()).host),
    [],
  );
});

test('reasoning is shown folded, apart from the answer, and stays open while the reply goes on', async t => {
  const { page, call } = await openConversation(t);
  assert.ok(!(await newestReply(page).locator('summary').isVisible()));
  call.reasoning('Let me think. ');
  const summary = newestReply(page).locator('summary');
  await summary.click();
  call.reasoning('Still thinking.');
  await newestReply(page).getByText('Let me think. Still thinking.').waitFor();
  call.text('The answer');
  await showsText(page, 'The answer');
  call.finish();
  await showsStatus(page, 'complete');
  assert.ok(await newestReply(page).getByText('Still thinking.').isVisible());
});

test('going back and forth leaves one connection and one subscription to each stream, and never a stale reply', async t => {
  const { page, upstream } = await open(t);
  const cable = watchCable(page);
  await ask(page, 'One');
  const call = await upstream.nextCall();
  call.text('Some text');
  await showsText(page, 'Some text');
  await page.getByRole('link', { name: 'New conversation' }).click();
  await page.getByText('Who would you like to talk to?').waitFor();
  call.text(', and more');
  await page.goBack();
  await showsText(page, 'Some text, and more');
  await page.goForward();
  await page.getByText('Who would you like to talk to?').waitFor();
  await page.getByRole('link', { name: 'One' }).click();
  await isLive(page);
  call.text(', and the rest');
  await showsText(page, 'Some text, and more, and the rest');
  call.finish();
  await showsStatus(page, 'complete');
  assert.equal(cable.open(), 1);
  assert.equal(cable.subscriptions(), STREAMS);
  await page.getByRole('link', { name: 'New conversation' }).click();
  await eventually(() => cable.subscriptions() === STREAMS - 1);
  assert.equal(cable.open(), 1);
});

/** A conversation's page follows the conversation and the list of them all. */
const STREAMS = 2;

/** What the page has open at the cable. */
function watchCable(page: Page) {
  const sockets = new Map<WebSocket, Set<string>>();
  page.on('websocket', socket => {
    const subscribed = new Set<string>();
    sockets.set(socket, subscribed);
    socket.on('close', () => sockets.delete(socket));
    socket.on('framesent', ({ payload }) => {
      const { command, identifier } = JSON.parse(String(payload));
      if (command === 'unsubscribe') subscribed.delete(identifier);
      if (command !== 'subscribe') return;
      assert.ok(!subscribed.has(identifier), 'a second subscription');
      subscribed.add(identifier);
    });
  });
  return {
    open: () => sockets.size,
    subscriptions: () => [...sockets.values()].reduce((sum, { size }) => sum + size, 0),
  };
}

test('a deleted conversation leaves the other tab’s page for one that says so', async t => {
  const { page } = await openConversation(t);
  const tab = await openTab(t, page);
  await tab.goto(page.url());
  await isLive(tab);
  await choose(page, 'Delete', 'One');
  await page.getByText('Who would you like to talk to?').waitFor();
  await tab.getByText('There is no such conversation, or no longer.').waitFor();
});
