import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page, Route } from 'playwright-core';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { startCuttableProxy } from '../support/cuttable-proxy.ts';
import { eventually } from '../support/eventually.ts';
import { ask, markDocument, newestReply, openPage, showsStatus, showsText } from '../support/page.ts';
import { Visitor } from '../support/visitor.ts';

const WAYS = ['GET', 'POST'] as const;
/** A browser's own reader asks again 300 ms after a cut, if it is let. */
const RECONNECT_MS = 1_000;

/** The page of a bot that has greeted, and by which way it asks from then on. */
async function openGreeted(t: TestContext, way: (typeof WAYS)[number] = 'GET', environment = {}) {
  const context = await startTestApp(t, environment);
  const proxy = await startCuttableProxy(t, context.url);
  const page = await openPage(t, await sharedChromium());
  await page.goto(`${proxy.url}/sse?bot=PirateBot`);
  const greeting = await context.upstream.nextCall();
  greeting.text('Ahoy!');
  greeting.finish();
  await showsText(page, 'Ahoy!');
  await showsStatus(page, 'complete');
  await page.getByRole('radio', { name: way }).check();
  return { ...context, page, proxy, greeting };
}

/** The same, with a question to which the model has begun to reply. */
async function openReplying(t: TestContext, way?: (typeof WAYS)[number]) {
  const context = await openGreeted(t, way);
  await ask(context.page, 'One');
  const call = await context.upstream.nextCall();
  call.text('Some text');
  await showsText(context.page, 'Some text');
  return { ...context, call };
}

/** What the model was told, but for how the bot is to speak, and that it is to greet. */
function said({ body }: { readonly body: { readonly messages: readonly object[] } }): readonly object[] {
  return body.messages.slice(2);
}

function field(page: Page) {
  return page.getByRole('textbox', { name: 'Message' });
}

function outcome(page: Page) {
  return newestReply(page).locator('.message__outcome');
}

for (const way of WAYS) {
  test(`by ${way}, what was said goes along with a question, and the reply grows as it comes`, async t => {
    const { page, upstream, greeting } = await openGreeted(t, way);
    assert.match(greeting.body.messages[0]?.content ?? '', /pirate/);
    const request = page.waitForRequest(request => new URL(request.url()).pathname === '/chat');
    await ask(page, 'One');
    assert.equal((await request).method(), way);
    const call = await upstream.nextCall();
    assert.deepEqual(said(call), [
      { role: 'assistant', content: 'Ahoy!' },
      { role: 'user', content: 'One' },
    ]);
    for (const shown of ['Two', 'Two *words*', 'Two *words*\n\n- and a list']) {
      call.text(shown.slice((await newestReply(page).locator('[id$=_body]').innerText()).length));
      await eventually(async () => (await newestReply(page).locator('[id$=_body]').innerText()) === shown);
      await showsStatus(page, 'streaming');
    }
    call.finish();
    await showsStatus(page, 'complete');
    assert.equal(await newestReply(page).getAttribute('aria-busy'), null);
  });

  test(`by ${way}, Stop ends the reply on the page and at the model; Try again asks the same anew`, async t => {
    const { page, upstream, call } = await openReplying(t, way);
    await page.getByRole('button', { name: 'Stop' }).press('Enter');
    await showsStatus(page, 'stopped');
    await call.closed;
    assert.match(await newestReply(page).innerText(), /Some text\s+Stopped\./);
    assert.ok(await field(page).evaluate(field => field === document.activeElement));

    await page.getByRole('button', { name: 'Try again' }).press('Enter');
    const second = await upstream.nextCall();
    assert.deepEqual(said(second), said(call));
    second.text('Other text');
    second.finish();
    await showsText(page, 'Other text');
    await showsStatus(page, 'complete');
    assert.equal(await page.locator('#messages > article').count(), 3);
  });

  test(`by ${way}, a cut in mid-reply is said in words, keeps what came, and asks nothing again`, async t => {
    const { page, proxy, upstream } = await openReplying(t, way);
    const calls = upstream.calls;
    proxy.cut();
    await showsStatus(page, 'interrupted');
    proxy.mend();
    await delay(RECONNECT_MS);
    const said = /Some text\s+The connection broke off\. What came is above; nothing was asked again\./;
    assert.match(await newestReply(page).innerText(), said);
    assert.equal(upstream.calls, calls);

    await page.getByRole('button', { name: 'Try again' }).click();
    const second = await upstream.nextCall();
    second.text('Other text');
    second.finish();
    await showsStatus(page, 'complete');
  });

  test(`by ${way}, trouble on the way and with the model is said in words, before and after some text`, async t => {
    const { page, proxy, upstream } = await openGreeted(t, way);
    const calls = upstream.calls;
    const tryAgain = () => page.getByRole('button', { name: 'Try again' }).click();
    proxy.cut();
    await ask(page, 'One');
    await showsStatus(page, 'failed');
    await outcome(page).getByText('The server could not be reached. Try again in a moment.').waitFor();
    proxy.mend();

    const refuse = (route: Route) => route.fulfill({ status: 403, body: '<h1>Forbidden by the proxy.</h1>' });
    await page.route(/\/chat/, refuse);
    await tryAgain();
    await outcome(page).getByText('Forbidden by the proxy.').waitFor();
    await page.unroute(/\/chat/, refuse);
    assert.equal(upstream.calls, calls);

    await tryAgain();
    (await upstream.nextCall()).status(401);
    await outcome(page).getByText(/key/).waitFor();
    await showsStatus(page, 'failed');

    await tryAgain();
    const call = await upstream.nextCall();
    call.text('Some text');
    await showsText(page, 'Some text');
    call.cut();
    await showsStatus(page, 'interrupted');
    assert.match(await outcome(page).innerText(), /broke off/);
    await showsText(page, 'Some text');
  });

  test(`by ${way}, who asks too often is told so`, async t => {
    const { page } = await openGreeted(t, way, { ASKS_PER_MINUTE: '1' });
    await ask(page, 'One');
    await showsStatus(page, 'failed');
    await outcome(page).getByText('You have asked more than 1 question in a minute.').waitFor();
  });
}

for (const letter of ['x', '日']) {
  test(`20,000 times ${letter}, too long for an address, is refused with a sentence, and can be posted`, async t => {
    const { page, upstream } = await openGreeted(t);
    const question = letter.repeat(20_000);
    await ask(page, question);
    await showsStatus(page, 'failed');
    await outcome(page).getByText('This is too long for an address. Send it by POST.').waitFor();
    await page.getByRole('radio', { name: 'POST' }).check();
    await page.getByRole('button', { name: 'Try again' }).click();
    const call = await upstream.nextCall();
    assert.deepEqual(said(call).at(-1), { role: 'user', content: question });
    call.text('At last');
    call.finish();
    await showsStatus(page, 'complete');
  });
}

test('a question while a reply is open stays in its field, with a sentence until that ends', async t => {
  const { page, call } = await openReplying(t);
  await ask(page, 'Two');
  const notice = page.getByRole('status').getByText('Stop the reply first, or wait.');
  await notice.waitFor();
  assert.equal(await field(page).inputValue(), 'Two');
  assert.ok(!(await page.getByRole('button', { name: 'Send' }).isVisible()));
  call.finish();
  await notice.waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Send' }).click();
  assert.equal(await field(page).inputValue(), '');
  assert.ok(await field(page).evaluate(field => field === document.activeElement));
});

test('a question during the greeting ends it, and is asked', async t => {
  const { url, upstream } = await startTestApp(t);
  const page = await openPage(t, await sharedChromium());
  await page.goto(`${url}/sse?bot=PirateBot`);
  const greeting = await upstream.nextCall();
  greeting.text('Ahoy, and');
  await showsText(page, 'Ahoy, and');
  await ask(page, 'One');
  await greeting.closed;
  const call = await upstream.nextCall();
  assert.deepEqual(said(call).at(-1), { role: 'user', content: 'One' });
  call.text('Aye');
  call.finish();
  await showsText(page, 'Aye');
});

test('what is selected in a reply stays so when it ends', async t => {
  const { page, call } = await openReplying(t);
  await newestReply(page)
    .locator('[id$=_body]')
    .evaluate(body => getSelection()?.selectAllChildren(body));
  call.text(' and more');
  call.finish();
  await showsStatus(page, 'complete');
  assert.match(await page.evaluate(() => String(getSelection())), /^Some text/);
});

test('bots switch inside a frame: the next one greets, and what is typed and chosen stays', async t => {
  const { page, call, upstream } = await openReplying(t, 'POST');
  const isSame = await markDocument(page);
  await field(page).fill('Half a sentence');
  await page.getByRole('link', { name: 'BelleBot' }).click();
  await call.closed;
  const second = await upstream.nextCall();
  assert.match(second.body.messages[0]?.content ?? '', /belle/);
  second.text('Well, hello');
  second.finish();
  await showsText(page, 'Well, hello');
  assert.match(page.url(), /\/sse\?bot=BelleBot$/);
  assert.equal(await page.locator('#messages > article').count(), 1);
  assert.equal(await newestReply(page).locator('.message__speaker').innerText(), 'BelleBot');
  assert.equal(await page.locator('.bots [aria-current]').innerText(), 'BelleBot');
  assert.equal(await field(page).inputValue(), 'Half a sentence');
  assert.ok(await page.getByRole('radio', { name: 'POST' }).isChecked());
  assert.ok(await isSame());

  await page.goBack();
  const third = await upstream.nextCall();
  assert.match(third.body.messages[0]?.content ?? '', /pirate/);
});

test('whoever comes from the chat, past an error, is greeted too, and the reply ends when they leave', async t => {
  const { url, upstream } = await startTestApp(t);
  const page = await openPage(t, await sharedChromium());
  await page.goto(url);
  const isSame = await markDocument(page);
  await page.evaluate("Turbo.visit('/no/such/page')");
  await page.getByText('Back to the conversations').waitFor();
  await page.evaluate("Turbo.visit('/sse')");
  const call = await upstream.nextCall();
  await field(page).waitFor();
  call.text('Hello');
  await showsText(page, 'Hello');
  await page.getByRole('link', { name: 'The chat itself' }).click();
  await call.closed;
  await page.getByText('Who would you like to talk to?').waitFor();
  assert.ok(await isSame());
});

test('nothing is saved, which the page says', async t => {
  const { page, call, deps, upstream } = await openReplying(t);
  call.finish();
  await showsStatus(page, 'complete');
  await page.getByText('Nothing here is saved: a reload or another bot empties this page.').waitFor();
  assert.deepEqual(await deps.db.selectFrom('messages').selectAll().execute(), []);
  await page.reload();
  assert.deepEqual((await upstream.nextCall()).body.messages[0], call.body.messages[0]);
  assert.equal(await page.locator('#messages > article').count(), 1);
});

test('what a model writes is text and nothing else', async t => {
  const { page, call } = await openReplying(t);
  const hostile = '<img src=x onerror=alert(1)> [click](javascript:alert(1)) <script>alert(1)</script>';
  call.text(hostile);
  await showsText(page, hostile);
  assert.equal(await newestReply(page).locator('[id$=_body] > *').count(), 0);
});

test('without JavaScript the page says that it needs it, and leads to the chat that does not', async t => {
  const { url, upstream } = await startTestApp(t);
  const page = await openPage(t, await sharedChromium(), { javaScriptEnabled: false });
  await page.goto(`${url}/sse`);
  assert.match(await page.locator('.event-chat noscript').innerText(), /This page needs JavaScript/);
  assert.ok(!(await page.locator('textarea').isVisible()));
  await page.locator('.event-chat noscript a').click();
  await page.getByText('Who would you like to talk to?').waitFor();
  assert.equal(upstream.calls, 0);
});

test('a bot that does not exist has no page', async t => {
  const { url } = await startTestApp(t);
  const { status, body } = await new Visitor(url).get('/sse?bot=ParrotBot');
  assert.equal(status, 404);
  assert.match(body, /There is no such bot\./);
});
