import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { showQuestion } from '../support/conversation-page.ts';
import { startCuttableProxy } from '../support/cuttable-proxy.ts';
import { eventually } from '../support/eventually.ts';
import { isLive, openPage, openTab, showsStatus, showsText } from '../support/page.ts';
import { pretend } from '../support/visibility.ts';

/** A person's page of a conversation whose reply is being written, and a tab that looks elsewhere. */
async function openTwo(t: TestContext) {
  const { url, upstream, deps } = await startTestApp(t);
  const page = await openPage(t, await sharedChromium());
  await page.addInitScript(watchMarks);
  await showQuestion(page, url);
  const call = await upstream.nextCall();
  call.text('A reply');
  await showsText(page, 'A reply');
  const tab = await openTab(t, page);
  await tab.goto(`${url}/conversations/new`);
  await tab.locator('[list=conversations][connected]').waitFor({ state: 'attached' });
  const isUnread = async () =>
    (await deps.db.selectFrom('conversations').select('unread_since').executeTakeFirstOrThrow())
      .unread_since !== null;
  return { url, page, tab, call, upstream, isUnread };
}

/** Notes each mark that the page shows, for however short a time. */
function watchMarks(): void {
  const look = () => {
    const marks = [...document.querySelectorAll('.conversations__unread')];
    if (marks.some(mark => mark.getClientRects().length > 0)) Object.assign(window, { hasShownMark: true });
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

const mark = (page: Page) => page.getByText('unread reply');

test('a reply that ends before its reader’s eyes is never marked', async t => {
  const { page, tab, call, isUnread } = await openTwo(t);
  const said = page.waitForResponse(/\/reading$/);
  call.finish();
  await showsStatus(page, 'complete');
  await said;
  await eventually(async () => !(await isUnread()));
  await eventually(async () => (await mark(tab).count()) === 0);
  await eventually(async () => (await mark(page).count()) === 0);
  assert.ok(!(await page.evaluate(() => 'hasShownMark' in window)));
});

test('what says that a reply was read leaves the keyboard where its reader has gone meanwhile', async t => {
  const { page, tab, call } = await openTwo(t);
  await page.route('**/reading', async route => {
    const response = await route.fetch();
    for (const each of [page, tab]) await eventually(async () => (await mark(each).count()) === 0);
    await page.getByRole('textbox', { name: 'Message' }).focus();
    await page.evaluate(() =>
      document.addEventListener('turbo:before-stream-render', () =>
        document.querySelector<HTMLElement>('.sidebar a')?.focus(),
      ),
    );
    await route.fulfill({ response });
  });
  const said = page.waitForResponse(/\/reading$/);
  call.finish();
  await (await said).finished();
  await page.waitForFunction(() => document.activeElement === document.querySelector('.sidebar a'));
  await page.evaluate(async () => {
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
  });
  assert.ok(
    await page
      .locator('.sidebar a')
      .first()
      .evaluate(link => link === document.activeElement),
  );
});

test('a reply that ends while its readers look elsewhere is marked, until one of them opens it', async t => {
  const { url, page, tab, call } = await openTwo(t);
  await page.goto(`${url}/conversations/new`);
  await page.locator('[list=conversations][connected]').waitFor({ state: 'attached' });
  call.finish();
  for (const each of [page, tab])
    await each.getByRole('link', { name: 'One unread reply', exact: true }).waitFor();
  await tab.getByRole('link', { name: 'One' }).click();
  await isLive(tab);
  for (const each of [page, tab]) await mark(each).waitFor({ state: 'detached' });
});

test('a page that is out of sight has not been read until it is seen again', async t => {
  const { page, tab, call, isUnread } = await openTwo(t);
  await pretend(page, 'hidden');
  call.finish();
  await showsStatus(page, 'complete');
  await mark(tab).waitFor();
  assert.ok(await isUnread());
  await pretend(page, 'visible');
  await mark(tab).waitFor({ state: 'detached' });
  assert.ok(!(await isUnread()));
});

test('what could not be said while there was no network is said when it is back', async t => {
  const { page, tab, call } = await openTwo(t);
  await page.route(/\/reading$/, route => route.abort());
  call.finish();
  await mark(tab).waitFor();
  await showsStatus(page, 'complete');
  await page.unroute(/\/reading$/);
  await page.context().setOffline(true);
  await page.context().setOffline(false);
  await mark(tab).waitFor({ state: 'detached' });
});

test('what could not be said while the server was out of reach is said when the page is connected again', async t => {
  const { url, page, tab, call } = await openTwo(t);
  const proxy = await startCuttableProxy(t, url);
  await page.goto(page.url().replace(url, proxy.url));
  await isLive(page);
  await page.route(/\/reading$/, route => route.abort());
  const failed = page.waitForEvent('requestfailed', request => request.url().endsWith('/reading'));
  call.finish();
  await failed;
  await mark(tab).waitFor();
  proxy.cut();
  await page.locator('html[data-cable=connecting]').waitFor();
  await page.unroute(/\/reading$/);
  proxy.mend();
  await mark(tab).waitFor({ state: 'detached' });
});

test('a tab that says what another has just said hears nothing of it', async t => {
  const { url, page, call } = await openTwo(t);
  const said = page.waitForResponse(/\/reading$/);
  call.finish();
  await said;
  const path = new URL(page.url()).pathname;
  const headers = { accept: 'text/vnd.turbo-stream.html' };
  const again = await page.request.post(`${url}${path}/reading`, { headers });
  assert.equal(again.status(), 200);
  assert.equal(await again.text(), '');
});
