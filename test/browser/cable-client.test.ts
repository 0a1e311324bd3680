import assert from 'node:assert/strict';
import { list, source } from './cable-client/messages.ts';
import { connected, EITHER_WAY, serve, stopTime, subscriptions, testInTabs } from './cable-client/tab.ts';

testInTabs('the connection of a page to the cable', EITHER_WAY, behaviour => [
  behaviour('an element in a preview does nothing', async (_, peer, page) => {
    const body = `${list(1)}${source('one')}`;
    const held = Promise.withResolvers<void>();
    peer.pages.set('/start', () => '<a href="/conversation">go</a>');
    peer.pages.set('/conversation', () => body);
    await page.goto(`${peer.url}/start`);
    await page.click('a');
    await connected(page);
    await page.goBack();
    await page.waitForSelector('a');
    peer.pages.set('/conversation', () => held.promise.then(() => body));
    await page.click('a');
    await page.waitForSelector('html[data-turbo-preview] turbo-cable-stream-source', { state: 'attached' });
    assert.equal(await page.locator('[connected]').count(), 0);
    held.resolve();
    await connected(page);
    assert.equal(await page.locator('html[data-turbo-preview]').count(), 0);
  }),

  behaviour('a dead connection is replaced within 8 s', async (_, peer, page) => {
    await page.clock.install();
    await serve(peer, page, `${list(1)}${source('one')}`);
    peer.pings = false;
    await stopTime(page);
    await page.clock.runFor(8_000);
    await peer.until(() => peer.attempts === 2);
    await page.clock.resume();
    await peer.until(() => subscriptions(peer) === 2);
  }),

  ...['online', 'visibilitychange'].map(name =>
    behaviour(`a page does not wait out its pause after the event ${name}`, async (_, peer, page) => {
      await page.clock.install();
      await serve(peer, page, `${list(1)}${source('one')}`);
      await stopTime(page);
      peer.cut();
      await page.waitForSelector('html[data-cable=connecting]');
      await page.evaluate(name => document.dispatchEvent(new Event(name, { bubbles: true })), name);
      await page.clock.runFor(1);
      await peer.until(() => peer.attempts === 2);
      await page.clock.resume();
      await connected(page);
    }),
  ),

  behaviour('a page whose subscription is rejected visits its own URL once', async (_, peer, page) => {
    peer.verdict = 'reject_subscription';
    peer.pages.set('/conversation', () => `${list(1)}${source('one')}`);
    await page.goto(`${peer.url}/conversation`);
    await peer.until(() => subscriptions(peer) === 2);
    assert.deepEqual(peer.requests, ['/conversation', '/conversation']);
    assert.equal(await page.locator('[connected]').count(), 0);
  }),
]);

testInTabs('the socket of a page', ['WebSocket'], behaviour => [
  behaviour(
    'elements share one socket and one subscription through visits and the back button',
    async (_, peer, page) => {
      const body = `${list(1)}${source('one')}${source('one')}<a href="/b">b</a>`;
      await serve(peer, page, body);
      peer.pages.set('/b', () => `${body}<p id="b">b</p><a id="out" href="/out">out</a>`);
      peer.pages.set('/out', () => '<p id="done">nothing to follow</p>');
      await page.click('a');
      await page.waitForSelector('#b');
      await connected(page, 2);
      await page.goBack();
      await page.waitForSelector('#b', { state: 'detached' });
      await page.goForward();
      await page.waitForSelector('#b');
      await connected(page, 2);
      assert.equal(peer.sockets.length, 1);
      assert.equal(subscriptions(peer), 1);
      await page.click('#out');
      await page.waitForSelector('#done');
      await peer.until(() => peer.sockets[0]?.readyState === 3);
      assert.equal(peer.commands.at(-1)?.command, 'unsubscribe');
      assert.equal(await page.getAttribute('html', 'data-cable'), null);
    },
  ),

  ...[1000, 1001, 3000, undefined].map(code =>
    behaviour(
      `a connection closed with code ${code ?? 1006} is tried again within 300 ms`,
      async (_, peer, page) => {
        await page.clock.install();
        await serve(peer, page, `${list(1)}${source('one')}`);
        await stopTime(page);
        if (code) peer.sockets[0]?.close(code);
        else peer.sockets[0]?.terminate();
        await page.waitForSelector('html[data-cable=connecting]');
        await page.clock.runFor(300);
        await peer.until(() => peer.attempts === 2);
        await page.clock.resume();
        await peer.until(() => subscriptions(peer) === 2 && peer.questions.length === 2);
        await connected(page);
      },
    ),
  ),

  behaviour('a page that the server refuses visits its own URL once', async (_, peer, page) => {
    peer.greeting = { type: 'disconnect', reason: 'unauthorized', reconnect: false };
    peer.pages.set('/conversation', () => `${list(1)}${source('one')}`);
    await page.goto(`${peer.url}/conversation`);
    await peer.until(() => peer.attempts === 2);
    await page.waitForSelector('html[data-cable=refused]');
    assert.deepEqual(peer.requests, ['/conversation', '/conversation']);
    assert.equal(peer.attempts, 2);
  }),
]);
