import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { askByRequest, showConversation } from '../support/conversation-page.ts';
import { startCuttableProxy } from '../support/cuttable-proxy.ts';
import { eventually } from '../support/eventually.ts';
import {
  ask,
  isLive,
  markDocument,
  openPage,
  shownMessages,
  showsStatus,
  showsText,
} from '../support/page.ts';
import { stopTime } from '../support/stop-time.ts';
import { startUpgradeStrippingProxy } from '../support/upgrade-stripping-proxy.ts';
import { pretend } from '../support/visibility.ts';

/** How long a page waits for a WebSocket, as the program has it; after 3 s it says that there is no connection. */
const WEB_SOCKET_PATIENCE_MS = 2_000;

/** A person in an office: behind a proxy that lets no WebSocket through, in a network that can be cut. */
async function goToOffice(t: TestContext) {
  const app = await startTestApp(t);
  const proxy = await startUpgradeStrippingProxy(t, app.url);
  const network = await startCuttableProxy(t, proxy.url);
  const page = await openPage(t, await sharedChromium());
  return { ...app, url: network.url, proxy, network, page };
}

/** Shows a new conversation there, whose reply is to be written. */
async function askThere({ page, url, upstream }: Awaited<ReturnType<typeof goToOffice>>) {
  await page.goto(url + (await askByRequest(page, url, 'One')));
  return await upstream.nextCall();
}

/** Compares what the page shows with what the server draws by now. */
async function isAsFresh(page: Page): Promise<void> {
  const fresh = await page.evaluate(async () => {
    const drawn = new DOMParser().parseFromString(await (await fetch(location.href)).text(), 'text/html');
    const messages = drawn.querySelector('#messages');
    messages?.normalize();
    return messages?.outerHTML.replace(/\s*\n\s*/g, '\n');
  });
  assert.equal(await shownMessages(page), fresh);
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

test('behind a proxy that refuses upgrades in whatever way, a reply streams in, and ends as on a fresh page', async t => {
  const office = await goToOffice(t);
  const { page, proxy } = office;
  await page.clock.install();
  const said = await noteWhatIsSaid(page);
  for (const upgrades of ['strip', 400, 502, 'hang'] as const) {
    proxy.upgrades = upgrades;
    if (upgrades === 'hang') await stopTime(page);
    const call = await askThere(office);
    call.text('# A reply\n\nwith a ');
    if (upgrades === 'hang') await page.clock.runFor(WEB_SOCKET_PATIENCE_MS + 1);
    await isLive(page);
    if (upgrades === 'hang') await page.clock.resume();
    assert.ok(proxy.streams > 0, `${upgrades}`);
    await showsText(page, 'with a');
    call.text('second part\n\n- and a list');
    await showsText(page, 'and a list');
    call.finish();
    await showsStatus(page, 'complete');
    await isAsFresh(page);
    assert.deepEqual(said, [], `${upgrades}`);
  }
});

test('an event stream that is cut in mid-reply, or goes silent, is replaced, and what came meanwhile is caught up with', async t => {
  const office = await goToOffice(t);
  const { page, network, proxy } = office;
  const call = await askThere(office);
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

  network.swallow();
  call.text(', and into the void');
  await showsText(page, 'and after it, and into the void');
  await page.locator('html[data-cable=connected]').waitFor();
  assert.ok(proxy.streams > 0);
  call.finish();
  await showsStatus(page, 'complete');
  await isAsFresh(page);
  assert.ok(await isSame());
});

test('a page whose conversation is deleted while it is cut off visits its own URL', async t => {
  const office = await goToOffice(t);
  const { page, proxy, network } = office;
  await showConversation(page, office, [['One', 'A reply']]);
  await isLive(page);
  network.cut();
  await page.locator('html[data-cable=connecting]').waitFor();
  const { pathname } = new URL(page.url());
  await page.request.post(`${proxy.url}${pathname}/deletion`, { maxRedirects: 0 });
  network.mend();
  await page.getByText('There is no such conversation, or no longer.').waitFor();
});

test('a hidden tab has no event streams, and one that is seen returns to the WebSocket as soon as it comes through, in mid-reply', async t => {
  const office = await goToOffice(t);
  const { page, proxy } = office;
  const call = await askThere(office);
  await isLive(page);
  await eventually(() => proxy.streams > 0);
  await pretend(page, 'hidden');
  await eventually(() => proxy.streams === 0);
  call.text('Said to nobody, ');
  await pretend(page, 'visible');
  await showsText(page, 'Said to nobody');
  assert.ok(proxy.streams > 0);

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
  await isAsFresh(page);
});

test('four windows that are seen at once are all live, and each can ask', async t => {
  const office = await goToOffice(t);
  const { page: first, proxy, upstream } = office;
  await showConversation(first, office, [['One', 'A reply']]);
  upstream.answerAll(call => call.whole('Another reply'));
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
