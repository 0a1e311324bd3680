import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { showConversation } from '../support/conversation-page.ts';
import { startCuttableProxy } from '../support/cuttable-proxy.ts';
import { eventually } from '../support/eventually.ts';
import { ask, choose, collectErrors, isLive, openPage, showsStatus, showsText } from '../support/page.ts';
import { stopTime } from '../support/stop-time.ts';
import { startUpgradeStrippingProxy } from '../support/upgrade-stripping-proxy.ts';
import { pretend } from '../support/visibility.ts';

/** What Chromium and Turbo say when a connection or a request is lost, or refused. */
const EXPECTED = /WebSocket connection to|Failed to load resource|TypeError: Failed to fetch/;
const SENTENCE = 'No connection. What you see may be out of date; it will catch up by itself.';

/**
 * A person's conversation, in which each question is answered at once, by way of a network that can be cut. Turbo lets
 * the browser report a failed request as an error of the page, so such are let pass.
 * @param isTimed whether the test is to say how time passes in the page
 */
async function openConversation(t: TestContext, { isWebSocketBlocked = false, isTimed = false } = {}) {
  const app = await startTestApp(t);
  const { url, upstream } = app;
  const proxy = await startUpgradeStrippingProxy(t, url);
  proxy.upgrades = isWebSocketBlocked ? 'strip' : 'pass';
  const network = await startCuttableProxy(t, proxy.url);
  const page = await openPage(t, await sharedChromium(), {}, EXPECTED);
  if (isTimed) await page.clock.install();
  await showConversation(page, { ...app, url: network.url }, [['One', 'A reply']]);
  upstream.answerAll(call => call.whole('A reply'));
  await isLive(page);
  return { page, proxy, network, upstream, field: page.getByRole('textbox', { name: 'Message' }) };
}

/** Notes when the page says what of its connection, in its own milliseconds. */
async function listen(page: Page) {
  const heard = await page.evaluateHandle(() => {
    const status = document.querySelector('.chat__connection');
    const heard: { what: string; at: number }[] = [];
    const note = () => {
      const what = status?.textContent || document.documentElement.dataset.cable || '';
      if (heard.at(-1)?.what !== what) heard.push({ what, at: performance.now() });
    };
    new MutationObserver(note).observe(document.documentElement, { attributes: true });
    if (status) new MutationObserver(note).observe(status, { childList: true });
    return heard;
  });
  return () => heard.jsonValue();
}

/** Lets the page's time pass until it says that there is no connection. */
async function timeUntilSaid(page: Page): Promise<void> {
  await eventually(async () => {
    await page.clock.runFor(500);
    return (await said(page).count()) > 0;
  });
}

const said = (page: Page) => page.getByRole('status').getByText(SENTENCE);

async function questions(page: Page): Promise<string[]> {
  return await page.locator('#messages [data-role=user] .message__text').allInnerTexts();
}

async function isEmpty(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector('textarea')?.value === '');
}

for (const isWebSocketBlocked of [false, true]) {
  const way = isWebSocketBlocked ? 'event streams' : 'WebSocket';

  test(`a page that cannot reach the server says so after 3 s, once, until it is back, by ${way}`, async t => {
    const { page, network } = await openConversation(t, { isWebSocketBlocked, isTimed: true });
    const heard = await listen(page);
    const place = () => page.locator('#messages > article').first().boundingBox();
    const before = await place();
    await stopTime(page);
    network.cut();
    await page.locator('html[data-cable=connecting]').waitFor();
    await timeUntilSaid(page);
    await page.clock.resume();
    assert.deepEqual(await place(), before);
    network.mend();
    await said(page).waitFor({ state: 'detached', timeout: 15_000 });
    await isLive(page);
    const states = await heard();
    const [lost, told] = states;
    assert.equal(lost?.what, 'connecting');
    assert.deepEqual(
      states.filter(({ what }) => what === SENTENCE),
      [told],
    );
    const after = (told?.at ?? 0) - (lost?.at ?? 0);
    assert.ok(after >= 3_000 && after <= 3_200, `${after} ms`);
  });
}

test('a page that was cut for a moment says nothing of it, nor a tab that is shown again before it has tried for 3 s', async t => {
  const { page, network } = await openConversation(t, { isTimed: true });
  const heardOfMoment = await listen(page);
  await stopTime(page);
  network.cut();
  await page.locator('html[data-cable=connecting]').waitFor();
  network.mend();
  await page.clock.runFor(2_900);
  await isLive(page);
  await page.clock.runFor(200);
  await page.clock.resume();
  assert.ok(!(await heardOfMoment()).some(({ what }) => what === SENTENCE));
  assert.equal(await page.locator('.chat__connection').textContent(), '');

  network.cut();
  await said(page).waitFor();
  await pretend(page, 'hidden');
  await said(page).waitFor({ state: 'detached' });
  const heard = await listen(page);
  const shownAt = await page.evaluate(() => performance.now());
  await pretend(page, 'visible');
  await said(page).waitFor();
  const told = (await heard()).find(({ what }) => what === SENTENCE);
  assert.ok(told && told.at - shownAt > 2_990);
});

test('a page whose connection goes silent says so once it has tried for 3 s', async t => {
  const { page, proxy, network } = await openConversation(t, { isTimed: true });
  const heard = await listen(page);
  await page.route('**/cable/**', () => {});
  proxy.upgrades = 'hang';
  await stopTime(page);
  network.swallow();
  await timeUntilSaid(page);
  const [lost, told] = await heard();
  assert.deepEqual([lost?.what, told?.what], ['connecting', SENTENCE]);
  const after = (told?.at ?? 0) - (lost?.at ?? 0);
  assert.ok(after >= 3_000 && after <= 3_200, `${after} ms`);
});

test('a page with which the server wants no connection says so', async t => {
  const { page } = await openConversation(t);
  const refusal = JSON.stringify({ type: 'disconnect', reason: 'unauthorized', reconnect: false });
  await page.routeWebSocket('**/cable*', socket => socket.send(refusal));
  await page.reload();
  await page.getByRole('status').getByText('This page is not kept up to date. Load it anew.').waitFor();
});

test('the sentence is in view on each screen, wherever the page is scrolled to', async t => {
  const { page, network, upstream } = await openConversation(t);
  upstream.answerAll(call => call.whole('Another line\n\n'.repeat(100)));
  await ask(page, 'Two');
  await isEmpty(page);
  await showsStatus(page, 'complete');
  network.cut();
  await said(page).waitFor();
  for (const [width, height] of [
    [320, 640],
    [1280, 720],
  ] as const) {
    await page.setViewportSize({ width, height });
    for (const top of [0, 500, 100_000]) {
      await page.evaluate(top => scrollTo(0, top), top);
      const box = await said(page).boundingBox();
      assert.ok(box && box.y >= 0 && box.x >= 0 && box.x + box.width <= width && box.y + box.height < height);
      const header = await page.locator('.chat__header').boundingBox();
      assert.ok(
        header && box.y >= header.y && box.y + box.height <= header.y + header.height,
        'covers nothing',
      );
    }
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${width}`);
  }
});

test('a question that cannot be sent is kept, and is sent once by a click when there is a network, not by itself', async t => {
  const { page, network, upstream, field } = await openConversation(t);
  network.cut();
  await ask(page, 'Two');
  const again = page.getByRole('status').getByRole('button', { name: 'Send again' });
  await again.waitFor();
  await field.pressSequentially(' and three');
  assert.ok(await again.isVisible());
  network.mend();
  await isLive(page);
  await page.locator('html[data-cable=connected]').waitFor();
  assert.deepEqual(await questions(page), ['One']);
  assert.equal(upstream.calls, 0);
  await again.click();
  await isEmpty(page);
  await showsStatus(page, 'complete');
  assert.deepEqual(await questions(page), ['One', 'Two and three']);
  assert.equal(await again.count(), 0);
  assert.equal(upstream.calls, 1);

  network.cut();
  await page.locator('html[data-cable=connecting]').waitFor();
  await ask(page, 'Four');
  await again.waitFor();
  network.mend();
  await isLive(page);
  await again.dblclick();
  await isEmpty(page);
  await showsStatus(page, 'complete');
  assert.deepEqual(await questions(page), ['One', 'Two and three', 'Four']);
  assert.equal(upstream.calls, 2);

  network.cut();
  await page.locator('html[data-cable=connecting]').waitFor();
  await ask(page, 'Five');
  const sentence = page.getByText('Your text is still here.');
  await sentence.waitFor();
  await field.fill('Fi');
  assert.ok(await sentence.isVisible());
  await field.fill('');
  await sentence.waitFor({ state: 'detached' });
});

test('a question that arrived, but whose answer was lost, is asked once, and the form is empty', async t => {
  const { page, proxy, upstream } = await openConversation(t);
  proxy.losesAnswers = true;
  let lost = 0;
  page.on('requestfailed', request => {
    if (request.url().endsWith('/messages')) lost += 1;
  });
  await ask(page, 'Two');
  await eventually(() => upstream.calls === 1);
  await showsStatus(page, 'complete');
  // Once by itself.
  await eventually(() => lost === 2);
  await page.getByRole('button', { name: 'Send again' }).waitFor();
  proxy.losesAnswers = false;
  await page.getByRole('button', { name: 'Send again' }).click();
  await isEmpty(page);
  assert.deepEqual(await questions(page), ['One', 'Two']);
  assert.equal(await page.getByRole('button', { name: 'Send again' }).count(), 0);
  assert.equal(upstream.calls, 1);
});

/** Asks "Two", which arrives; its answer is lost, and so is the network. */
async function loseAnswer({
  page,
  proxy,
  network,
}: Awaited<ReturnType<typeof openConversation>>): Promise<void> {
  proxy.losesAnswers = true;
  page.once('requestfailed', () => {
    network.cut();
    proxy.losesAnswers = false;
  });
  await ask(page, 'Two');
  await page.getByRole('button', { name: 'Send again' }).waitFor();
}

test('a question that turns out to have arrived needs no click', async t => {
  const { page, proxy, network, upstream, field } = await openConversation(t);
  const held = Promise.withResolvers<void>();
  upstream.answerAll(call => {
    held.resolve();
    call.text('Slowly');
  });
  proxy.losesAnswers = true;
  page.once('requestfailed', () => {
    network.cut();
    proxy.losesAnswers = false;
  });
  await ask(page, 'Two');
  await held.promise;
  await page.locator('html[data-cable=connecting]').waitFor();
  network.mend();
  await showsText(page, 'Slowly');
  await isEmpty(page);
  await field.fill('What comes next');
  assert.deepEqual(await questions(page), ['One', 'Two']);
  assert.equal(await page.getByRole('button', { name: 'Send again' }).count(), 0);
  assert.equal(upstream.calls, 1);
});

test('a question that turns out to have arrived while another form is sent needs no click', async t => {
  const opened = await openConversation(t);
  const { page, network, upstream } = opened;
  await loseAnswer(opened);
  const held = Promise.withResolvers<void>();
  await page.route('**/title', route => held.promise.then(() => route.continue()));
  await page.getByLabel('Rename the conversation').click();
  await page.getByRole('textbox', { name: 'Title' }).press('Enter');
  await page.locator('.title__form[aria-busy]').waitFor();
  network.mend();
  await page.locator('html[data-cable=connected]').waitFor();
  await eventually(async () => (await questions(page)).includes('Two'));
  held.resolve();
  await isEmpty(page);
  assert.deepEqual(await questions(page), ['One', 'Two']);
  assert.equal(upstream.calls, 1);
});

const FAILURE = 'This did not get through to the server. Try again in a moment.';

for (const trouble of ['cut off', 'behind a proxy in trouble'] as const) {
  test(`each form of a page that is ${trouble} leaves it as it is, and says that it failed`, async t => {
    const { page, network, field } = await openConversation(t);
    const errors = collectErrors(page, /WebSocket connection to|Failed to load resource/);
    page.on('dialog', dialog => void dialog.accept());
    const address = page.url();
    if (trouble === 'cut off') network.cut();
    else {
      await page.route('**/*', (route, request) =>
        request.method() === 'POST'
          ? route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad gateway</h1>' })
          : route.continue(),
      );
    }
    const failed = page.getByRole('status').getByText(FAILURE);
    const isFocused = (name: string) =>
      page.waitForFunction(name => {
        const { activeElement } = document;
        const title = activeElement?.getAttribute('title');
        return (activeElement?.ariaLabel ?? title ?? activeElement?.textContent) === name;
      }, name);
    const isRefused = async (name: string) => {
      await failed.waitFor();
      await isFocused(name);
      await field.fill('x');
      await failed.waitFor({ state: 'detached' });
    };
    for (const name of ['Regenerate', 'Delete this question and its replies']) {
      await page.getByRole('button', { name }).press('Enter');
      await isRefused(name);
    }
    await choose(page, 'Delete', 'One');
    await isRefused('Actions for “One”');
    await page.getByLabel('Rename the conversation').click();
    await page.getByRole('textbox', { name: 'Title' }).fill('Two');
    await page.getByRole('textbox', { name: 'Title' }).press('Enter');
    await failed.waitFor();
    await isFocused('Title');
    assert.equal(await page.getByRole('textbox', { name: 'Title' }).inputValue(), 'Two');

    assert.deepEqual(await questions(page), ['One']);
    assert.equal(page.url(), address);
    assert.deepEqual(errors, []);
    network.mend();
    await page.unrouteAll();
    await page.getByRole('textbox', { name: 'Title' }).press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Two' }).waitFor();
    await failed.waitFor({ state: 'detached' });
  });
}

test('a question that turns out to have arrived leaves the focus where it is meanwhile', async t => {
  const opened = await openConversation(t);
  const { page, network, upstream } = opened;
  await loseAnswer(opened);
  await eventually(() => upstream.calls === 1);
  const place = page.getByRole('link', { name: 'New conversation' });
  await place.focus();
  network.mend();
  await isEmpty(page);
  await page.locator('#composer:not([aria-busy])').waitFor();
  assert.ok(await place.evaluate(link => link === document.activeElement));
});
