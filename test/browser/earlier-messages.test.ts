import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Page, Route } from 'playwright-core';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { eventually } from '../support/eventually.ts';
import { insertLongConversation } from '../support/long-conversation.ts';
import { ask, isLive, openPage, openTab, showsText } from '../support/page.ts';

const EARLIER = '**/conversations/*/messages?before=*';

/** A person's page of a conversation of so many messages, at its end. */
async function openLong(t: TestContext, count: number) {
  const app = await startTestApp(t);
  const page = await openPage(t, await sharedChromium());
  await page.request.get(app.url); // makes a guest
  const { path, ids } = await insertLongConversation(app.deps.db, count);
  const asked: string[] = [];
  page.on('request', request => request.url().includes('/messages?before=') && asked.push(request.url()));
  await page.goto(app.url + path);
  return { ...app, page, path, ids, asked };
}

/** Waits for more frames than the page takes to see where its link is, and to ask for what is above. */
async function looksAround(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let frames = 0; frames < 10; frames++) await new Promise(requestAnimationFrame);
  });
}

const earlierLink = (page: Page) => page.getByRole('link', { name: 'Earlier messages' });
const messages = (page: Page) => page.locator('#messages > .message');

/** What the page shows of each message. */
const drawn = (page: Page) => messages(page).evaluateAll(all => all.map(({ outerHTML }) => outerHTML));

async function shows(page: Page, count: number): Promise<void> {
  await eventually(async () => (await messages(page).count()) === count);
}

async function scrollToTop(page: Page): Promise<void> {
  await page.evaluate(() => scrollTo(0, 0));
}

test('the earlier messages come above, and nothing jumps, with scroll anchoring and without', async t => {
  const { page, ids } = await openLong(t, 190);
  await isLive(page);
  assert.equal(await messages(page).count(), 40);
  for (const [anchoring, oldest, count] of [
    ['auto', 150, 80],
    ['auto', 110, 120],
    ['none', 70, 160],
    ['none', 30, 190],
  ] as const) {
    await page.evaluate(value => {
      document.documentElement.style.setProperty('overflow-anchor', value);
    }, anchoring);
    const moves = await page.evaluate(
      async ([id, count]) => {
        scrollTo(0, 300);
        const top = () => document.getElementById(`message_${id}`)?.getBoundingClientRect().top ?? 0;
        const [before, tops] = [top(), [] as number[]];
        const list = document.getElementById('messages');
        for (let frames = 0; frames < 600 && list && list.childElementCount < count; frames++) {
          await new Promise(requestAnimationFrame);
          tops.push(top());
        }
        for (let i = 0; i < 10; i++) {
          await new Promise(requestAnimationFrame);
          tops.push(top());
        }
        return tops.map(each => Math.abs(each - before));
      },
      [ids[oldest] ?? '', count] as const,
    );
    assert.equal(await messages(page).count(), count);
    assert.ok(Math.max(...moves) <= 1, `moved by ${Math.max(...moves)} px`);
  }
  assert.equal(await earlierLink(page).count(), 0);
  const shown = await messages(page).evaluateAll(all => all.map(({ id }) => id));
  assert.deepEqual(
    shown,
    ids.map(id => `message_${id}`),
  );
});

test('a short page loads no more than is near', async t => {
  const { page, asked } = await openLong(t, 200);
  await isLive(page);
  await looksAround(page);
  assert.deepEqual(asked, []);
  assert.equal(await messages(page).count(), 40);
});

test('what changed while the earlier messages were on their way is mended', async t => {
  const { page, ids, deps } = await openLong(t, 60);
  await isLive(page);
  await page.route(EARLIER, async route => {
    const response = await route.fetch();
    await deps.db
      .updateTable('messages')
      .set({ content: 'Another text', version: 2 })
      .where('id', '=', ids[5] ?? '')
      .execute();
    await route.fulfill({ response });
  });
  await scrollToTop(page);
  await page.getByText('Another text').waitFor();
  await shows(page, 60);
});

test('messages that do not belong above any more are not put there, but those that do', async t => {
  const { page, ids, path } = await openLong(t, 60);
  const tab = await openTab(t, page);
  await tab.goto(page.url());
  await isLive(page);
  const held = Promise.withResolvers<Route>();
  await page.route(EARLIER, route => held.resolve(route), { times: 1 });
  await scrollToTop(page);
  const route = await held.promise;
  const response = await route.fetch();
  const deletion = `${new URL(page.url()).origin}/messages/${ids[4]}/deletion`;
  assert.ok((await tab.request.post(deletion)).ok());
  await page.locator('#messages:not([data-version="0"])').waitFor();
  await route.fulfill({ response });
  await shows(page, 58);
  assert.equal(await page.locator(`#message_${ids[4]}`).count(), 0);
  await tab.goto(`${new URL(page.url()).origin}${path}?from=${ids[0]}`);
  await isLive(tab);
  assert.deepEqual(await drawn(page), await drawn(tab));
});

test('where the message that they belong above is deleted meanwhile, they come above the one that is left', async t => {
  const { page, ids, url } = await openLong(t, 60);
  await isLive(page);
  await page.route(
    EARLIER,
    async route => {
      assert.ok((await page.request.post(`${url}/messages/${ids[20]}/deletion`)).ok());
      await page.locator(`#message_${ids[20]}`).waitFor({ state: 'detached' });
      await route.continue();
    },
    { times: 1 },
  );
  await scrollToTop(page);
  await shows(page, 58);
  await earlierLink(page).waitFor({ state: 'detached' });
});

test('where they have all been deleted, the link to them goes', async t => {
  const { page, ids, url } = await openLong(t, 42);
  await isLive(page);
  assert.ok((await page.request.post(`${url}/messages/${ids[0]}/deletion`)).ok());
  await scrollToTop(page);
  await earlierLink(page).waitFor({ state: 'detached' });
  assert.equal(await messages(page).count(), 40);
});

test('where all that is shown is deleted, those before it come', async t => {
  const { page, ids, url } = await openLong(t, 42);
  await isLive(page);
  await page.route(EARLIER, route => route.abort());
  for (let place = 2; place < 42; place += 2)
    await page.request.post(`${url}/messages/${ids[place]}/deletion`, { maxRedirects: 0 });
  await shows(page, 0);
  await page.unroute(EARLIER);
  await page.context().setOffline(true);
  await page.context().setOffline(false);
  await shows(page, 2);
});

test('a page that is behind and hears nothing asks once, and again when it has caught up', async t => {
  const { page, ids, url, asked } = await openLong(t, 60);
  let isCut = true;
  await page.route('**/cable/**', route => route.abort());
  await page.routeWebSocket('**/cable*', socket => {
    if (isCut) socket.close();
    else socket.connectToServer();
  });
  await page.reload();
  assert.ok((await page.request.post(`${url}/messages/${ids[50]}/deletion`)).ok());
  const answered = page.waitForResponse(EARLIER);
  await scrollToTop(page);
  await (await answered).finished();
  await looksAround(page);
  assert.equal(asked.length, 1);
  isCut = false;
  await shows(page, 58);
});

test('where the earlier messages do not come, the link leads to them', async t => {
  const { page } = await openLong(t, 60);
  await isLive(page);
  const tried = page.waitForRequest(EARLIER);
  await page.route(EARLIER, route => route.abort());
  await scrollToTop(page);
  await tried;
  await earlierLink(page).click();
  await shows(page, 60);
});

test('the keyboard keeps its place at the link, and goes on from the messages when it goes', async t => {
  const { page, ids } = await openLong(t, 110);
  await isLive(page);
  await earlierLink(page).focus();
  await shows(page, 80);
  await page.locator(`#earlier[href$="#message_${ids[30]}"]`).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'earlier');
  await scrollToTop(page);
  await shows(page, 110);
  await earlierLink(page).waitFor({ state: 'detached' });
  const focused = await page.evaluate(() => document.activeElement?.closest('.message')?.id);
  assert.equal(focused, `message_${ids[0]}`);
});

test('a reply grows below while the earlier messages come, and a selection stays', async t => {
  const { page, ids, upstream } = await openLong(t, 60);
  await isLive(page);
  await ask(page, 'And now?');
  const call = await upstream.nextCall();
  call.text('First words');
  await showsText(page, 'First words');
  const select = (id: string) =>
    page.evaluate(of => getSelection()?.selectAllChildren(document.getElementById(of) ?? document.body), id);
  await select(`message_${ids[50]}_body`);
  await scrollToTop(page);
  call.text(' and more');
  await shows(page, 62);
  call.text(' and the last.');
  call.finish();
  await showsText(page, 'First words and more and the last.');
  assert.equal(await page.evaluate(() => getSelection()?.toString().trim()), 'Message 50');
});
