import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { eventually } from '../support/eventually.ts';
import { stopTime } from '../support/stop-time.ts';
import { article, list, source, whole } from './cable-client/messages.ts';
import { marker, type Peer } from './cable-client/peer.ts';
import { connected, EITHER_WAY, firstCatchUp, serve, subscriptions, testInTabs } from './cable-client/tab.ts';

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
    peer.refused.add('one');
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

  behaviour('it is tried anew at each sign, which is no failure', async (_, peer, page) => {
    const requests: string[] = [];
    page.on('request', request => requests.push(new URL(request.url()).pathname));
    await page.clock.install();
    await serve(peer, page, `${list(1)}${source('one')}`);
    await stopTime(page);
    requests.length = 0;
    await page.evaluate(() => {
      for (let time = 0; time < 4; time++) dispatchEvent(new Event('online'));
    });
    await page.clock.runFor(1);
    await peer.until(() => subscriptions(peer) === 2);
    await connected(page);
    await page.clock.resume();
    assert.ok(!requests.includes('/cable/events'));
  }),

  behaviour('a page that the server refuses visits its own URL once', async (_, peer, page) => {
    peer.greeting = { type: 'disconnect', reason: 'unauthorized', reconnect: false };
    peer.pages.set('/conversation', () => `${list(1)}${source('one')}`);
    const visits: string[] = [];
    await page.exposeFunction('noteVisit', (url: string) => visits.push(url));
    await page.addInitScript(() =>
      document.addEventListener('turbo:visit', () => Reflect.get(window, 'noteVisit')(location.pathname)),
    );
    await page.goto(`${peer.url}/conversation`);
    // What a page does when it is refused, it does before it closes the socket, or at once after.
    const areClosed = () => peer.sockets.every(({ readyState, CLOSED }) => readyState === CLOSED);
    await peer.until(() => peer.sockets.length === 2 && areClosed());
    await page.waitForSelector('html[data-cable=refused]');
    assert.deepEqual(visits, ['/conversation']);
    assert.deepEqual(peer.requests, ['/conversation', '/conversation']);
    assert.equal(peer.attempts, 2);
  }),

  behaviour(
    'a page that is rejected while a form waits visits its own URL after the answer',
    async (_, peer, page) => {
      const held = await rejectWhileSending(peer, page);
      assert.deepEqual(peer.requests, ['/conversation']);
      held.resolve();
      await peer.until(() => peer.requests.length === 2);
      assert.deepEqual(peer.requests, ['/conversation', '/conversation']);
    },
  ),

  behaviour(
    'a page that is rejected while a form waits goes where the answer leads',
    async (_, peer, page) => {
      peer.pages.set('/elsewhere', () => '<p id="elsewhere">Elsewhere</p>');
      const held = await rejectWhileSending(peer, page, '/elsewhere');
      held.resolve();
      await page.waitForSelector('#elsewhere');
      assert.deepEqual(peer.requests, ['/conversation', '/elsewhere']);
    },
  ),
]);

testInTabs('the event stream of a page', ['event streams'], behaviour => [
  behaviour('brings the frames of all its streams, each to its own list', async (_, peer, page) => {
    answerBothLists(peer);
    await serve(peer, page, BOTH_LISTS);
    await connected(page, 2);
    assert.deepEqual(namesAsked(peer), [['one', 'two']]);
    await peer.until(() => peer.questions.length === 2);
    peer.send(whole('a', 2, 'of the first'), 'one');
    peer.send(item(2), 'two');
    await page.waitForSelector('#message_a[data-version="2"]');
    await page.waitForSelector('#conversation_a[data-version="2"]');
    peer.send('<turbo-stream action="catch_up"></turbo-stream>', 'two');
    await peer.until(() => peer.questions.length > 2);
    assert.equal(peer.attempts, 1);
  }),

  behaviour(
    'is opened anew when a stream is added, and then each is caught up with',
    async (_, peer, page) => {
      answerBothLists(peer);
      await serve(peer, page, `${MESSAGES}${source('one')}`);
      await peer.until(() => peer.questions.length === 1);
      await page.evaluate(html => document.body.insertAdjacentHTML('beforeend', html), CONVERSATIONS);
      await connected(page, 2);
      await peer.until(() => peer.questions.length === 3);
      assert.deepEqual(namesAsked(peer), [['one'], ['one', 'two']]);
      peer.send(whole('a', 2, 'still followed'), 'one');
      await page.waitForSelector('#message_a[data-version="2"]');
    },
  ),

  behaviour('stays as it is when a stream is given up', async (_, peer, page) => {
    answerBothLists(peer);
    await page.clock.install();
    await serve(peer, page, BOTH_LISTS);
    await connected(page, 2);
    await page
      .locator('turbo-cable-stream-source')
      .last()
      .evaluate(element => element.remove());
    await page.clock.runFor(4_000);
    peer.send(item(2), 'two');
    peer.send(whole('a', 2, 'still followed'), 'one');
    await page.waitForSelector('#message_a[data-version="2"]');
    assert.equal(await page.getAttribute('#conversation_a', 'data-version'), '1');
    assert.equal(peer.attempts, 1);
  }),

  behaviour('is left to bring an answer that is arriving slowly', async (_, peer, page) => {
    answerBothLists(peer);
    await page.clock.install();
    await serve(peer, page, `${MESSAGES}${source('one')}`);
    await firstCatchUp(peer, page);
    const end = Promise.withResolvers<void>();
    peer.answersEnd = end.promise;
    peer.answer = ({ list }) => whole('a', 2, 'of the answer') + marker(list, list);
    const begun = page.waitForResponse('**/cable/catch_up*');
    peer.send('<turbo-stream action="catch_up"></turbo-stream>');
    await begun;
    await stopTime(page);
    await page.clock.runFor(3_000);
    await page.clock.resume();
    end.resolve();
    await page.waitForSelector('#message_a[data-version="2"]');
    assert.equal(peer.questions.length, 2);
  }),

  behaviour(
    'goes on after a frame with which the page has trouble, which is reported',
    async (_, peer, page) => {
      const errors: string[] = [];
      page.on('pageerror', ({ message }) => errors.push(message));
      answerBothLists(peer);
      await serve(peer, page, `${MESSAGES}${source('one')}`);
      await firstCatchUp(peer, page);
      await page.evaluate(() => {
        const { head } = document;
        head.append = () => {
          Reflect.deleteProperty(head, 'append');
          throw new Error('Trouble of the page');
        };
      });
      for (const version of [2, 3]) peer.send(whole('a', version, 'of the stream'));
      await page.waitForSelector('#message_a[data-version="3"]');
      assert.deepEqual(errors, ['Trouble of the page']);
      assert.equal(peer.attempts, 1);
    },
  ),

  behaviour('is tried on where something on the way refuses it', async (_, peer, page) => {
    peer.isForbidden = true;
    peer.pages.set('/conversation', () => `${list(1)}${source('one')}`);
    await page.goto(`${peer.url}/conversation`);
    await peer.until(() => peer.attempts === 3);
    assert.equal(await page.getAttribute('html', 'data-cable'), 'connecting');
    peer.isForbidden = false;
    await connected(page);
    assert.deepEqual(peer.requests, ['/conversation']);
  }),

  behaviour('goes on without a stream that is refused', async (_, peer, page) => {
    answerBothLists(peer);
    peer.refused.add('two');
    await serve(peer, page, BOTH_LISTS);
    await peer.until(() => peer.eventStreams.length >= 2);
    assert.deepEqual(peer.requests, ['/conversation', '/conversation']);
    // The visit may open it once more: what is sent meanwhile is lost with the one before.
    await eventually(async () => {
      peer.send(whole('a', 2, 'followed'), 'one');
      return (await page.getAttribute('#message_a', 'data-version')) === '2';
    });
    assert.equal(await page.locator('[connected]').getAttribute('signed-stream-name'), 'one');
  }),
]);

/** Rejects the subscription while a form waits. @returns what lets its answer come, which may lead elsewhere */
async function rejectWhileSending(peer: Peer, page: Page, elsewhere?: string) {
  const held = Promise.withResolvers<void>();
  const form = '<form action="/sent" method="post"><button>Send</button></form>';
  await serve(peer, page, `${list(1)}${source('one')}${form}`);
  await page.route('**/sent', async route => {
    await held.promise;
    if (elsewhere) await route.fulfill({ status: 303, headers: { location: elsewhere } });
    else await route.fulfill({ contentType: 'text/vnd.turbo-stream.html' });
  });
  await page.click('button');
  await page.waitForSelector('form[aria-busy]');
  const identifier = peer.commands[0]?.identifier;
  peer.sockets[0]?.send(JSON.stringify({ type: 'reject_subscription', identifier }));
  await page.waitForSelector('turbo-cable-stream-source:not([connected])', { state: 'attached' });
  return held;
}

const CONVERSATIONS = `<ul id="conversations" data-version="7"><li id="conversation_a" data-version="1">a</li></ul>
  ${source('two').replace('channel', 'list="conversations" channel')}`;
/** No reply is open, so that nobody asks because of silence. */
const MESSAGES = list(1, article('a', 1, '', 'complete'));
const BOTH_LISTS = `${MESSAGES}${source('one')}${CONVERSATIONS}`;

function item(version: number): string {
  return `<turbo-stream action="replace" target="conversation_a" data-of="conversation_a" data-version="${version}">
    <template><li id="conversation_a" data-version="${version}">a</li></template></turbo-stream>`;
}

function answerBothLists(peer: Peer): void {
  peer.answer = ({ list }, stream) => marker(list, list, stream === 'two' ? 'conversations' : 'messages');
}

function namesAsked({ eventStreams }: Peer) {
  return eventStreams.map(({ names }) => names);
}
