import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../support/chromium.ts';
import { article, batch, insertAfter, list, settle, source, tail, whole } from './cable-client/messages.ts';
import { marker, type Peer, startPeer } from './cable-client/peer.ts';

test('the page side of the cable', { concurrency: 4 }, async t => {
  const browser = await launchChromium(t);
  const behaviour = (name: string, check: (t: TestContext, peer: Peer, page: Page) => Promise<void>) =>
    t.test(name, async t => check(t, await startPeer(t), await openTab(t, browser)));

  await Promise.all([
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
        peer.sockets[0]?.terminate();
        await page.waitForSelector('html[data-cable=connecting]');
        await page.evaluate(name => document.dispatchEvent(new Event(name, { bubbles: true })), name);
        await page.clock.runFor(1);
        await peer.until(() => peer.attempts === 2);
        await page.clock.resume();
        await connected(page);
      }),
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

    behaviour('a page whose subscription is rejected visits its own URL once', async (_, peer, page) => {
      peer.verdict = 'reject_subscription';
      peer.pages.set('/conversation', () => `${list(1)}${source('one')}`);
      await page.goto(`${peer.url}/conversation`);
      await peer.until(() => subscriptions(peer) === 2);
      assert.deepEqual(peer.requests, ['/conversation', '/conversation']);
      assert.equal(await page.locator('[connected]').count(), 0);
    }),

    behaviour('frames that arrive during a catch-up are carried out after it', async (_, peer, page) => {
      peer.answer = () => undefined;
      await serve(peer, page, `${list(1, article('a', 1))}${source('one')}`);
      await peer.until(() => peer.questions.length === 1);
      peer.send(batch('a', 4, 'five', 'open'));
      peer.send(whole('a', 4, 'four') + marker(1, 1));
      await page.waitForSelector('#message_a[data-version="5"]');
      assert.equal(await page.textContent('#message_a_settled'), 'fourfive');
      assert.equal(peer.questions.length, 1);
    }),

    behaviour(
      'a step that is known already is skipped, also where only half of a frame came',
      async (_, peer, page) => {
        await serve(peer, page, `${list(1, article('a', 1, 'one'))}${source('one')}`);
        peer.send(settle('a', 1, 'two'));
        peer.send(batch('a', 1, 'two', 'open'));
        peer.send(batch('a', 1, 'two', 'open'));
        await page.evaluate(renderAsAnswer, batch('a', 1, 'two', 'open'));
        peer.send(tail('a', 2, 3, 'more'));
        await page.waitForSelector('#message_a[data-version="3"]');
        assert.equal(await page.textContent('#message_a_settled'), 'onetwo');
        assert.equal(await page.textContent('#message_a_open'), 'more');
      },
    ),

    behaviour('a step that leaves a gap makes the page ask with what it shows', async (_, peer, page) => {
      await serve(peer, page, `${list(2, article('a', 1), article('b', 3.5))}${source('one')}`);
      await peer.until(() => peer.questions.length === 1);
      peer.answer = () => whole('b', 9, 'nine') + marker(2, 2);
      peer.send(batch('b', 8, 'late', 'open'));
      await page.waitForSelector('#message_b[data-version="9"]');
      const question = { action: 'catch_up', list: 2, seen: { a: 1, b: 3.5 } };
      assert.deepEqual(peer.questions, [question, question]);
      assert.deepEqual(Object.keys(peer.questions[1]?.seen ?? {}), ['a', 'b']);
    }),

    behaviour(
      'a message that the page does not have is asked for once per version of the list',
      async (_, peer, page) => {
        await serve(peer, page, `${list(2, article('a', 1))}${source('one')}`);
        await peer.until(() => peer.questions.length === 1);
        for (const from of [1, 2, 3]) peer.send(batch('x', from, 'far', 'away'));
        await peer.until(() => peer.questions.length === 2);
        peer.send(
          batch('x', 4, 'far', 'away') +
            insertAfter('a', 2, 3, article('b', 1)) +
            batch('x', 5, 'far', 'away'),
        );
        await page.waitForSelector('#message_b');
        await peer.until(() => peer.questions.length === 3);
        assert.deepEqual(
          peer.questions.map(question => question.list),
          [2, 2, 3],
        );
      },
    ),

    behaviour('a morph leaves what the reader opened and what is right', async (_, peer, page) => {
      await serve(peer, page, `${list(1, article('a', 1, 'one'))}${source('one')}`);
      await page.click('summary');
      await page.evaluate(() =>
        Object.assign(document.querySelector('#message_a_settled p') ?? {}, { mark: 'same' }),
      );
      peer.send(whole('a', 7, 'one'));
      await page.waitForSelector('#message_a[data-version="7"][data-status=complete]');
      assert.equal(await page.locator('details[open]').count(), 1);
      const mark = await page.evaluate(() =>
        Reflect.get(document.querySelector('#message_a_settled p') ?? {}, 'mark'),
      );
      assert.equal(mark, 'same');
    }),

    behaviour('a refresh that is older than the page does not take it back', async (_, peer, page) => {
      await serve(peer, page, `${list(1, article('a', 1, 'one'))}${source('one')}<p id="fresh"></p>`);
      peer.send(batch('a', 1, 'two', ''));
      await page.waitForSelector('#message_a[data-version="2"]');
      peer.pages.set(
        '/conversation',
        () => `${list(1, article('a', 1, 'one'))}${source('one')}<p id="fresh">yes</p>`,
      );
      await page.evaluate(visitAgain);
      await page.waitForSelector('#fresh:has-text("yes")');
      await peer.until(() => peer.questions.length === 2);
      assert.deepEqual(peer.questions[1]?.seen, { a: 2 });
      assert.equal(await page.textContent('#message_a_settled'), 'onetwo');
      assert.equal(await page.locator('[connected]').count(), 1);
      assert.equal(subscriptions(peer), 1);
    }),

    behaviour(
      'a step that waited while its tab was hidden does not undo later ones',
      async (_, peer, page) => {
        await serve(peer, page, `${list(1, article('a', 1, 'one'))}${source('one')}`);
        await peer.until(() => peer.questions.length === 1);
        await page.evaluate(withholdRepaints);
        peer.send(batch('a', 1, 'two', 'two'));
        await page.waitForFunction(() => document.querySelectorAll('html > turbo-stream').length === 2);
        peer.answer = () => whole('a', 3, 'three') + marker(1, 1);
        await page.evaluate(() => document.dispatchEvent(new Event('test:hide')));
        peer.send(tail('a', 2, 3, 'three'));
        await page.waitForSelector('#message_a[data-version="3"]');
        await page.evaluate(() => document.dispatchEvent(new Event('test:show')));
        await page.waitForFunction(() => document.querySelectorAll('html > turbo-stream').length === 0);
        assert.equal(await page.textContent('#message_a_settled'), 'three');
        assert.equal(await page.getAttribute('#message_a', 'data-version'), '3');
      },
    ),

    behaviour('the page asks when the server or its own code wishes it', async (_, peer, page) => {
      await serve(peer, page, `${list(1)}${source('one')}`);
      await peer.until(() => peer.questions.length === 1);
      peer.send('<turbo-stream action="catch_up"></turbo-stream>');
      await peer.until(() => peer.questions.length === 2);
      await page.evaluate(() => document.dispatchEvent(new Event('cable:catch-up')));
      await peer.until(() => peer.questions.length === 3);
    }),

    behaviour('a step without a version is carried out as it is', async (_, peer, page) => {
      await serve(peer, page, `${list(1)}${source('one')}<p id="plain">old</p>`);
      await peer.until(() => peer.questions.length === 1);
      peer.send('<turbo-stream action="update" target="plain"><template>new</template></turbo-stream>');
      await page.waitForSelector('#plain:has-text("new")');
    }),
  ]);
});

async function openTab(t: TestContext, browser: Browser): Promise<Page> {
  const context = await browser.newContext();
  t.after(() => context.close());
  return context.newPage();
}

async function serve(peer: Peer, page: Page, body: string): Promise<void> {
  peer.pages.set('/conversation', () => body);
  await page.goto(`${peer.url}/conversation`);
  await connected(page);
}

async function connected(page: Page, elements = 1): Promise<void> {
  await page.waitForFunction(
    expected => document.querySelectorAll('turbo-cable-stream-source[connected]').length >= expected,
    elements,
  );
}

/** From here on time passes in the page only when the test says so. */
async function stopTime(page: Page): Promise<void> {
  await page.clock.pauseAt(await page.evaluate(() => Date.now() + 1));
}

function subscriptions(peer: Peer): number {
  return peer.commands.filter(({ command }) => command === 'subscribe').length;
}

/** As a form's answer, which Turbo renders past the cable. */
function renderAsAnswer(frame: string): void {
  Reflect.get(window, 'Turbo').renderStreamMessage(frame);
}

function visitAgain(): void {
  Reflect.get(window, 'Turbo').visit(location.href, { action: 'replace' });
}

/** A headless tab cannot be hidden, so the page is told so: no repaints, and another `visibilityState`. */
function withholdRepaints(): void {
  const repaint = window.requestAnimationFrame;
  const withheld: FrameRequestCallback[] = [];
  const pretend = (state: string) =>
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
  window.requestAnimationFrame = callback => withheld.push(callback);
  document.addEventListener('test:hide', () => pretend('hidden'));
  document.addEventListener('test:show', () => {
    pretend('visible');
    window.requestAnimationFrame = repaint;
    for (const callback of withheld) repaint(callback);
  });
}
