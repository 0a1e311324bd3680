import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import test, { type TestContext } from 'node:test';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { NEWEST_CONVERSATIONS } from '../../src/models/conversation-list.ts';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { startCuttableProxy } from '../support/cuttable-proxy.ts';
import { eventually } from '../support/eventually.ts';
import { insertConversations } from '../support/inserted-conversation.ts';
import { ask, choose, isLive, markDocument, openPage, openTab, showsStatus } from '../support/page.ts';

/** An empty page of a person who has these conversations, which are given oldest first. */
async function prepare(t: TestContext, titles: readonly string[], options?: BrowserContextOptions) {
  const app = await startTestApp(t);
  app.upstream.answerAll(call => call.whole('A reply'));
  const page = await openPage(t, await sharedChromium(), options);
  await page.request.get(app.url); // makes a guest
  await insertConversations(app.deps.db, titles);
  return { page, ...app };
}

/** The same, on the newest of them. */
async function openConversations(t: TestContext, titles: readonly string[], options?: BrowserContextOptions) {
  const prepared = await prepare(t, titles, options);
  await prepared.page.goto(prepared.url);
  return prepared;
}

/** Waits until the list shows just this: the names of days in brackets, and titles. */
async function lists(page: Page, ...expected: string[]): Promise<void> {
  const read = () =>
    page.locator('#conversations > li').evaluateAll(items =>
      items.flatMap(item => {
        const [day, title] = [item.querySelector('h2'), item.querySelector('.conversations__title')];
        const name = day && getComputedStyle(day).display !== 'none' ? [`[${day.textContent}]`] : [];
        return [...name, title?.textContent ?? ''];
      }),
    );
  await eventually(async () => (await read()).join('|') === expected.join('|')).catch(async () =>
    assert.deepEqual(await read(), expected),
  );
}

test('what is pinned stands above the others, and what is deleted is taken back to its place, in every tab', async t => {
  const { page, url } = await openConversations(t, ['One', 'Two', 'Three']);
  const proxy = await startCuttableProxy(t, url);
  const tab = await openTab(t, page);
  await tab.goto(page.url().replace(url, proxy.url));
  for (const each of [page, tab]) await isLive(each);
  proxy.cut();
  await page.bringToFront();
  await choose(page, 'Pin', 'One');
  await lists(page, '[Pinned]', 'One', '[Today]', 'Three', 'Two');
  proxy.mend();
  await lists(tab, '[Pinned]', 'One', '[Today]', 'Three', 'Two');
  await choose(tab, 'Unpin', 'One');
  for (const each of [page, tab]) await lists(each, '[Today]', 'Three', 'Two', 'One');

  await page.bringToFront();
  await choose(page, 'Delete', 'Two');
  for (const each of [page, tab]) await lists(each, '[Today]', 'Three', 'One');
  await page.getByRole('status').getByText('Deleted “Two”.').waitFor();
  assert.equal(await tab.getByText('Deleted “Two”.').count(), 0);
  await page.getByRole('button', { name: 'Undo' }).press('Enter');
  for (const each of [page, tab]) await lists(each, '[Today]', 'Three', 'Two', 'One');
  await page.getByText('Deleted “Two”.').waitFor({ state: 'detached' });
  await page.waitForFunction(() => document.activeElement?.textContent?.startsWith('Two'));
});

test('a conversation that is archived leaves the list, and its pages say so, and what it is called by then', async t => {
  const { page, url } = await openConversations(t, ['One', 'Two']);
  const proxy = await startCuttableProxy(t, url);
  const tab = await openTab(t, page);
  await tab.goto(page.url().replace(url, proxy.url));
  for (const each of [page, tab]) await isLive(each);
  const sentence = (each: Page) => each.getByText('This conversation is in the archive.');
  proxy.cut();
  await page.getByRole('button', { name: 'Actions for this conversation' }).click();
  await page.getByRole('button', { name: 'Archive' }).click();
  await sentence(page).waitFor();
  await lists(page, '[Today]', 'One');
  proxy.mend();
  await sentence(tab).waitFor();
  await lists(tab, '[Today]', 'One');

  await page.getByLabel('Rename the conversation').click();
  await page.getByRole('textbox', { name: 'Title' }).fill('Due');
  await page.keyboard.press('Enter');
  for (const each of [page, tab]) await each.getByRole('heading', { level: 1, name: 'Due' }).waitFor();

  await page.getByRole('link', { name: 'Archive' }).click();
  await page.getByRole('heading', { level: 1, name: 'Archive' }).waitFor();
  await page.getByRole('main').getByRole('link', { name: /^Due/ }).click();
  await sentence(page).waitFor();
  await isLive(page);
  await ask(page, 'Are you back?');
  for (const each of [page, tab]) {
    await sentence(each).waitFor({ state: 'detached' });
    await lists(each, '[Today]', 'Due', 'One');
  }
});

test('what is archived is taken back with Undo, in the list and on the page of all, or in the archive, or deleted', async t => {
  const { page, url } = await openConversations(t, ['One', 'Two', 'Three']);
  await isLive(page);
  await choose(page, 'Archive', 'Two');
  await lists(page, '[Today]', 'Three', 'One');
  const said = page.getByRole('status').getByText('Archived “Two”.');
  await said.waitFor();
  await page.getByRole('button', { name: 'Undo' }).press('Enter');
  await lists(page, '[Today]', 'Three', 'Two', 'One');
  await said.waitFor({ state: 'detached' });
  await page.waitForFunction(() => document.activeElement !== document.body);

  for (const title of ['One', 'Two']) await choose(page, 'Archive', title);
  await lists(page, '[Today]', 'Three');
  await page.goto(`${url}/conversations/archive`);
  const main = page.getByRole('main');
  const act = async (title: string, action: string) => {
    await main.getByRole('button', { name: `Actions for “${title}”` }).click();
    await main.getByRole('button', { name: action }).click();
    await main.getByRole('button', { name: `Actions for “${title}”` }).waitFor({ state: 'detached' });
  };
  await act('One', 'Unarchive');
  await lists(page, '[Today]', 'Three', 'One');
  await act('Two', 'Delete');
  await page.getByText('Nothing is in the archive.').waitFor();
  await page.getByText('Deleted “Two”.').waitFor();

  await page.goto(`${url}/conversations`);
  await choose(page, 'Archive', 'One');
  const offer = page.getByRole('status').getByText('Archived “One”.');
  await offer.waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await lists(page, '[Today]', 'Three', 'One');
  await offer.waitFor({ state: 'detached' });
});

test('whoever deletes what they read is led on, and back with Undo', async t => {
  const { page } = await openConversations(t, ['One', 'Two']);
  await isLive(page);
  const address = page.url();
  await page.getByRole('button', { name: 'Actions for this conversation' }).click();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'One' }).waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('heading', { level: 1, name: 'Two' }).waitFor();
  assert.equal(page.url(), address);
  await lists(page, '[Today]', 'Two', 'One');
});

test('the offer to take a deletion back goes after a while, but not under the hand of whoever is about to; who is too late is told', async t => {
  const { page, url, deps } = await prepare(t, ['One', 'Two', 'Three']);
  await page.clock.install();
  await page.goto(url);
  await isLive(page);
  await page.getByRole('button', { name: 'Actions for this conversation' }).click();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  const undo = page.getByRole('button', { name: 'Undo' });
  await undo.focus();
  await undo.hover();
  await page.mouse.move(600, 300);
  await page.clock.fastForward(60_000);
  assert.ok(await undo.isVisible());
  await page.getByRole('textbox', { name: 'Message' }).focus();
  await page.clock.fastForward(11_000);
  await undo.waitFor({ state: 'detached' });
  assert.equal(new URL(page.url()).search, '');

  await choose(page, 'Delete', 'One');
  await undo.waitFor();
  await deps.db.deleteFrom('conversations').where('title', '=', 'One').execute();
  await undo.click();
  await page.getByText('It is too late to undo.').waitFor();
  await undo.waitFor({ state: 'detached' });
});

test('the keyboard comes back from a menu with Escape, stays with what is pinned, and goes on from what is archived', async t => {
  const { page } = await openConversations(t, ['One', 'Two', 'Three']);
  await isLive(page);
  const more = page.getByRole('button', { name: 'Actions for “One”' });
  await more.focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  const focused = () => page.evaluate(() => document.activeElement?.textContent);
  assert.equal(await focused(), 'Rename');
  await page.keyboard.press('Escape');
  assert.ok(await more.evaluate(button => button === document.activeElement));
  assert.equal(await page.locator('.menu:popover-open').count(), 0);

  const isOn = (name: string) =>
    page.waitForFunction(name => {
      const { activeElement } = document;
      return (activeElement?.ariaLabel ?? activeElement?.textContent) === name;
    }, name);
  await choose(page, 'Pin', 'One');
  await lists(page, '[Pinned]', 'One', '[Today]', 'Three', 'Two');
  await isOn('Actions for “One”');
  await choose(page, 'Archive', 'Three');
  await lists(page, '[Pinned]', 'One', '[Today]', 'Two');
  await page.waitForFunction(() => document.activeElement?.textContent?.startsWith('Two'));
});

test('Rename in the list leads to the field for the title, in place where it is shown, and no address begins it again', async t => {
  const { page } = await openConversations(t, ['One', 'Two']);
  const field = page.getByRole('textbox', { name: 'Title' }).and(page.locator(':focus'));
  const address = page.url();
  const isSameDocument = await markDocument(page);
  await choose(page, 'Rename', 'Two');
  await field.press('Escape');
  await field.waitFor({ state: 'hidden' });
  assert.ok(await isSameDocument());
  for (const [key, of] of [
    ['Escape', 'One'],
    ['Enter', 'Two'],
  ] as const) {
    await choose(page, 'Rename', of);
    await field.press(key);
    await page.waitForFunction(() => location.search === '');
  }
  assert.equal(page.url(), address);

  await choose(page, 'Rename', 'One');
  await field.fill('Uno');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Uno' }).waitFor();
});

test('the list is grouped by the days of the reader’s calendar, and anew at midnight; the pages of all tell its day, and what is unread', async t => {
  const titles = ['Six', 'Five', 'Four', 'Three', 'Two', 'One'];
  const options = { timezoneId: 'Pacific/Kiritimati' }; // 14 hours before Greenwich
  const { page, deps, url } = await prepare(t, titles, options);
  const times = {
    One: '2026-03-10T00:30',
    Two: '2026-03-09T23:30',
    Three: '2026-03-08T12:00',
    Four: '2026-03-03T00:00',
    Five: '2026-03-02T23:59',
    Six: '2026-01-01T12:00',
  };
  for (const [title, time] of Object.entries(times)) {
    const updated_at = Date.parse(`${time}+14:00`);
    await deps.db.updateTable('conversations').set({ updated_at }).where('title', '=', title).execute();
  }
  await page.clock.install({ time: new Date('2026-03-10T23:00+14:00') });
  await page.goto(`${url}/conversations/new`);
  await lists(
    page,
    ...['[Today]', 'One', '[Yesterday]', 'Two', '[Previous 7 days]', 'Three', 'Four'],
    ...['[Previous 30 days]', 'Five', '[Earlier]', 'Six'],
  );
  await page.clock.fastForward('01:00:01');
  await lists(
    page,
    ...['[Yesterday]', 'One', '[Previous 7 days]', 'Two', 'Three'],
    ...['[Previous 30 days]', 'Four', 'Five', '[Earlier]', 'Six'],
  );

  const updated_at = Date.parse('2025-03-10T12:00Z'); // the next day there
  await deps.db.updateTable('conversations').set({ updated_at }).execute();
  await deps.db.updateTable('messages').set({ created_at: updated_at }).execute();
  await page.goto(`${url}/conversations`);
  const row = page.getByRole('main').getByRole('link', { name: 'One' });
  await row.getByText('Mar 11, 2025').waitFor();
  await row.getByText('unread reply').waitFor();
  await page.goto(`${url}/search?q=One`);
  await page.getByRole('main').getByText('Mar 11, 2025').first().waitFor();
});

test('a long list shows the newest conversations, and leads to the others', async t => {
  const { page, deps, url } = await prepare(t, ['Newest']);
  const { user_id } = await deps.db.selectFrom('conversations').select('user_id').executeTakeFirstOrThrow();
  const rows = Array.from({ length: 250 }, (_, i) => ({
    id: randomUUIDv7(),
    user_id,
    title: `Number ${i}`,
    bot_id: 'ChatBot',
    created_at: i,
    updated_at: i,
    pinned_at: i === 7 ? 1 : null,
  }));
  await deps.db.insertInto('conversations').values(rows).execute();
  await page.goto(url);
  await isLive(page);
  const items = page.locator('#conversations > li');
  assert.equal(await items.count(), NEWEST_CONVERSATIONS + 1);
  assert.match((await items.first().textContent()) ?? '', /Number 7/);
  await page.getByRole('link', { name: 'All conversations' }).click();
  await page.getByRole('heading', { level: 1, name: 'All conversations' }).waitFor();
  for (const last of [151, 51]) {
    await page
      .getByRole('main')
      .getByRole('link', { name: `Number ${last} ` })
      .waitFor();
    await page.getByRole('main').getByRole('link', { name: 'Older conversations' }).click();
  }
  await page.getByRole('main').getByRole('link', { name: 'Number 0 ' }).click();
  await page.getByRole('heading', { level: 1, name: 'Number 0' }).waitFor();
  await isLive(page);
  await ask(page, 'Hello');
  await showsStatus(page, 'complete');
  assert.equal(await items.count(), NEWEST_CONVERSATIONS + 1);
  assert.match((await items.nth(1).textContent()) ?? '', /Number 0/);
  const unknown = await page.request.get(`${url}/conversations?before=${randomUUIDv7()}`);
  assert.match(await unknown.text(), /class="shelf__title"[^>]*>Number 0</);
});

test('on a phone the menu is used by touch, and Undo is above the drawer', async t => {
  const { page } = await openConversations(t, ['One', 'Two'], {
    isMobile: true,
    hasTouch: true,
    viewport: { width: 320, height: 640 },
  });
  await isLive(page);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  await page.getByRole('button', { name: 'Conversations' }).tap();
  const more = page.getByRole('button', { name: 'Actions for “One”' });
  await more.waitFor();
  const box = await more.boundingBox();
  assert.ok(box && Math.round(box.width) >= 44 && Math.round(box.height) >= 44); // the drawer is still on its way
  await more.tap();
  const menu = page.locator('.menu:popover-open');
  await menu.waitFor();
  const place = await menu.boundingBox();
  assert.ok(place && place.x >= 0 && place.x + place.width <= 320);
  await menu.getByRole('button', { name: 'Delete' }).tap();
  await lists(page, '[Today]', 'Two');
  await page.getByRole('button', { name: 'Undo' }).tap();
  await lists(page, '[Today]', 'Two', 'One');
});
