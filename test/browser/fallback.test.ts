import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { startCuttableProxy } from '../support/cuttable-proxy.ts';
import { eventually } from '../support/eventually.ts';
import { install } from '../support/installation.ts';
import {
  ask,
  isLive,
  markDocument,
  openPage,
  openTab,
  shownMessages,
  showsStatus,
  showsText,
} from '../support/page.ts';
import { startServer } from '../support/server-process.ts';
import {
  startUpgradeStrippingProxy,
  type UpgradeStrippingProxy,
} from '../support/upgrade-stripping-proxy.ts';
import { pretend } from '../support/visibility.ts';

/** A person in an office: behind a proxy that lets no WebSocket through, in a network that can be cut. */
async function goToOffice(
  t: TestContext,
  url: string,
  upgrades: UpgradeStrippingProxy['upgrades'] = 'strip',
) {
  const proxy = await startUpgradeStrippingProxy(t, url);
  proxy.upgrades = upgrades;
  const network = await startCuttableProxy(t, proxy.url);
  const page = await openPage(t, await sharedChromium());
  const said = await noteWhatIsSaid(page);
  await page.goto(network.url);
  return { proxy, network, page, said };
}

async function isAsFresh(t: TestContext, page: Page): Promise<void> {
  const fresh = await openTab(t, page);
  await fresh.goto(page.url());
  assert.equal(await shownMessages(page), await shownMessages(fresh));
  await fresh.close();
}

/** Notes what the page says of its connection. */
async function noteWhatIsSaid(page: Page): Promise<readonly string[]> {
  const said: string[] = [];
  await page.exposeFunction('note', (sentence: string) => said.push(sentence));
  await page.addInitScript(() => {
    new MutationObserver(changes => {
      const line = document.querySelector('.chat__connection');
      if (line?.textContent && changes.some(({ target }) => target === line))
        Reflect.get(window, 'note')(line.textContent);
    }).observe(document, { childList: true, subtree: true });
  });
  return said;
}

for (const upgrades of ['strip', 400, 502, 'hang'] as const) {
  test(`behind a proxy that answers upgrades with ${upgrades}, a reply streams in, and ends as on a fresh page`, async t => {
    const { url, upstream } = await startTestApp(t);
    const { page, proxy, said } = await goToOffice(t, url, upgrades);
    await ask(page, 'One');
    const call = await upstream.nextCall();
    call.text('# A reply\n\nwith a ');
    await isLive(page);
    assert.ok(proxy.streams > 0);
    await showsText(page, 'with a');
    call.text('second part\n\n- and a list');
    await showsText(page, 'and a list');
    call.finish();
    await showsStatus(page, 'complete');
    await isAsFresh(t, page);
    assert.deepEqual(said, []);
  });
}

test('an event stream that is cut in mid-reply is opened again, and what came meanwhile is caught up with', async t => {
  const { url, upstream } = await startTestApp(t);
  const { page, network } = await goToOffice(t, url);
  await ask(page, 'One');
  const call = await upstream.nextCall();
  await isLive(page);
  call.text('Before the cut');
  await showsText(page, 'Before the cut');
  const isSame = await markDocument(page);
  network.cut();
  await page.locator('html[data-cable=connecting]').waitFor();
  call.text(', during it');
  network.mend();
  await showsText(page, 'Before the cut, during it');
  call.text(', and after it');
  await showsText(page, 'Before the cut, during it, and after it');
  call.finish();
  await showsStatus(page, 'complete');
  await isAsFresh(t, page);
  assert.ok(await isSame());
});

test('an event stream on which nothing comes any more is replaced', async t => {
  const { url, upstream } = await startTestApp(t);
  const { page, network, proxy } = await goToOffice(t, url);
  await ask(page, 'One');
  const call = await upstream.nextCall();
  await isLive(page);
  network.swallow();
  call.text('Said into the void');
  await showsText(page, 'Said into the void');
  await page.locator('html[data-cable=connected]').waitFor();
  assert.ok(proxy.streams > 0);
});

test('after a restart of the server the event streams come back by themselves', async t => {
  const { upstream, environment } = await install(t);
  const server = await startServer(t, environment);
  const { page } = await goToOffice(t, server.url);
  await ask(page, 'One');
  await isLive(page);
  (await upstream.nextCall()).text('Saved before the restart');
  await showsText(page, 'Saved before the restart');
  const isSame = await markDocument(page);
  server.kill('SIGKILL');
  await server.exited;
  await startServer(t, { ...environment, PORT: new URL(server.url).port });
  await page.locator('#messages > article[data-status=interrupted]').waitFor({ timeout: 30_000 });
  assert.ok(await isSame());
});

test('a page whose conversation is deleted while it is cut off visits its own URL', async t => {
  const { url, upstream } = await startTestApp(t);
  const { page, network } = await goToOffice(t, url);
  upstream.answerAll(call => {
    call.text('A reply');
    call.finish();
  });
  await ask(page, 'One');
  await showsStatus(page, 'complete');
  await isLive(page);
  const other = await openTab(t, page);
  await other.goto(page.url());
  network.cut();
  await page.locator('html[data-cable=connecting]').waitFor();
  const id = new URL(page.url()).pathname.split('/')[2];
  await other.context().request.post(`${url}/conversations/${id}/deletion`, { form: { shown: '' } });
  network.mend();
  await page.getByText('There is no such conversation, or no longer.').waitFor();
});

test('the page returns to the WebSocket as soon as it comes through, in mid-reply', async t => {
  const { url, upstream } = await startTestApp(t);
  const { page, proxy } = await goToOffice(t, url);
  await ask(page, 'One');
  const call = await upstream.nextCall();
  await isLive(page);
  await eventually(() => proxy.streams > 0);
  const sockets: string[] = [];
  page.on('websocket', socket => socket.on('framereceived', ({ payload }) => sockets.push(String(payload))));
  const words = setInterval(() => call.text('word '), 20);
  t.after(() => clearInterval(words));
  proxy.upgrades = 'pass';
  await eventually(() => proxy.streams === 0, 20);
  await isLive(page);
  await eventually(() => sockets.some(frame => frame.includes('turbo-stream')));
  clearInterval(words);
  call.text('END');
  call.finish();
  await showsStatus(page, 'complete');
  await isAsFresh(t, page);
});

test('a hidden tab has no event streams', async t => {
  const { url, upstream } = await startTestApp(t);
  const { page, proxy } = await goToOffice(t, url);
  await ask(page, 'One');
  const call = await upstream.nextCall();
  await isLive(page);
  await eventually(() => proxy.streams > 0);
  await pretend(page, 'hidden');
  await eventually(() => proxy.streams === 0);
  call.text('Said to nobody');
  await pretend(page, 'visible');
  await showsText(page, 'Said to nobody');
  assert.ok(proxy.streams > 0);
});

test('four windows that are seen at once are all live, and each can ask', async t => {
  const { url, upstream } = await startTestApp(t);
  const { page: first, proxy } = await goToOffice(t, url);
  upstream.answerAll(call => {
    call.text('A reply');
    call.finish();
  });
  await ask(first, 'One');
  await showsStatus(first, 'complete');
  await isLive(first);
  const windows = [first];
  while (windows.length < 4) {
    const page = await first.context().newPage();
    await page.goto(first.url());
    await isLive(page);
    windows.push(page);
  }
  await eventually(() => proxy.streams === windows.length);
  await ask(first, 'Does everybody see this?');
  for (const page of windows) await page.locator('#messages').getByText('Does everybody see this?').waitFor();
});
