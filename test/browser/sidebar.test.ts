import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { Page, Route } from 'playwright-core';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { askByRequest, showConversation } from '../support/conversation-page.ts';
import { startCuttableProxy } from '../support/cuttable-proxy.ts';
import { eventually } from '../support/eventually.ts';
import { insertConversations } from '../support/inserted-conversation.ts';
import { ask, choose, isLive, markDocument, openPage, openTab, showsStatus } from '../support/page.ts';

/** A person's page that shows one of several conversations, of which the last is the newest, or is to begin another. */
async function openConversations(t: TestContext, count: number, shown?: number) {
  const app = await startTestApp(t);
  app.upstream.answerAll(call => call.whole('A reply'));
  const page = await openPage(t, await sharedChromium());
  await page.request.get(app.url); // makes a guest
  const titles = Array.from({ length: count }, (_, i) => `Number ${i + 1}`);
  const paths = (await insertConversations(app.deps.db, titles)).map(({ path }) => path);
  await page.goto(app.url + (shown ? paths[shown - 1] : '/conversations/new'));
  await hearsTheList(page);
  const link = (i: number) => page.getByRole('link', { name: new RegExp(`^Number ${i}( unread reply)?$`) });
  const listTop = () => page.locator('.sidebar').evaluate(({ scrollTop }) => scrollTop);
  return { ...app, page, paths, link, listTop };
}

async function hearsTheList(page: Page): Promise<void> {
  await page.locator('[list=conversations][connected]').waitFor({ state: 'attached' });
}

test('the list of conversations stays where it was scrolled to, over visits and with what is put on top of it', async t => {
  const { page, url, link, listTop } = await openConversations(t, 40, 40);
  await link(8).scrollIntoViewIfNeeded();
  const place = async () => (await link(8).boundingBox())?.y ?? 0;
  const before = await place();
  assert.ok((await listTop()) > 0);
  await askByRequest(page, url, 'Number 41');
  await link(41).waitFor();
  const after = await place();
  assert.ok(Math.abs(after - before) <= 1, `${before} → ${after}`);

  const top = await listTop();
  await link(8).click();
  await page.getByRole('heading', { level: 1, name: 'Number 8' }).waitFor();
  assert.equal(await listTop(), top);
});

test('the list begins where it shows the current one; what begins a conversation and finds one stays in sight', async t => {
  const { page, link, listTop } = await openConversations(t, 40, 3);
  await page.waitForFunction(() => (document.querySelector('.sidebar')?.scrollTop ?? 0) > 0);
  const box = await link(3).boundingBox();
  assert.ok(
    box && box.y > 0 && box.y + box.height <= (page.viewportSize()?.height ?? 0),
    `${await listTop()}`,
  );

  const begin = page.getByRole('link', { name: 'New conversation' });
  const find = page.getByRole('searchbox', { name: 'Search your conversations' });
  const tops = async () => [(await begin.boundingBox())?.y, (await find.boundingBox())?.y];
  await link(40).scrollIntoViewIfNeeded();
  await page.locator('.sidebar').evaluate(sidebar => sidebar.scrollTo(0, 0));
  const before = await tops();
  await link(2).scrollIntoViewIfNeeded();
  assert.ok((await listTop()) > 0);
  assert.deepEqual(await tops(), before);
  await find.fill('Number');
  await page.locator('.found').first().waitFor();
  await page.locator('.sidebar').evaluate(sidebar => sidebar.scrollTo(0, sidebar.scrollHeight));
  assert.ok((await listTop()) > 0);
  assert.deepEqual(await tops(), before);
});

/** Two tabs of a person, each on the page of a new conversation. */
async function openTabs(t: TestContext) {
  const app = await openConversations(t, 0);
  const tab = await openTab(t, app.page);
  await tab.goto(app.page.url());
  await hearsTheList(tab);
  return { ...app, tab };
}

/** Starts a conversation with the page's form. */
async function start(page: Page, title: string): Promise<void> {
  await ask(page, title);
  await page.getByRole('heading', { level: 1, name: title }).waitFor();
  await showsStatus(page, 'complete');
}

/** A person's page of a conversation by the name of "One", with the form for its title at hand. */
async function openOne(t: TestContext, reply = 'A reply') {
  const app = await startTestApp(t);
  const page = await openPage(t, await sharedChromium());
  await showConversation(page, app, [['One', reply]]);
  await isLive(page);
  return { ...app, page, field: page.getByRole('textbox', { name: 'Title' }) };
}

/** Waits until the list names these conversations, in this order. */
async function lists(page: Page, ...titles: string[]): Promise<void> {
  let shown: string[] = [];
  await eventually(async () => {
    shown = await page.locator('.conversations__title').allTextContents();
    return shown.join('|') === titles.join('|');
  }).catch(() => assert.deepEqual(shown, titles));
}

test('new conversations, questions and deletions change the list in every tab of the person, and in no other', async t => {
  const { url, page, tab } = await openTabs(t);
  const stranger = await openPage(t, await sharedChromium());
  await stranger.goto(`${url}/conversations/new`);
  await hearsTheList(stranger);
  const hint = tab.getByText('Your conversations will be listed here.');
  await hint.waitFor();
  const isSame = await markDocument(tab);
  await start(page, 'One');
  await lists(tab, 'One');
  assert.ok(!(await hint.isVisible()));
  await page.getByRole('link', { name: 'New conversation' }).click();
  await page.waitForURL('**/conversations/new');
  await start(page, 'Two');
  await lists(tab, 'Two', 'One');

  await page.getByRole('link', { name: 'One' }).click();
  await page.getByRole('heading', { level: 1, name: 'One' }).waitFor();
  await isLive(page);
  await ask(page, 'Again');
  for (const each of [page, tab]) await lists(each, 'One', 'Two');
  assert.equal(await page.locator('[aria-current]').innerText(), 'One');

  await choose(page, 'Delete', 'Two');
  for (const each of [page, tab]) await lists(each, 'One');
  await choose(page, 'Delete', 'One');
  await lists(tab);
  assert.ok(await hint.isVisible());
  assert.ok(await isSame());
  await lists(stranger);
  await stranger.getByText('Your conversations will be listed here.').waitFor();
});

test('another title shows in the list, in the heading and in the tab, wherever the conversation is open', async t => {
  const { page, url, field } = await openOne(t);
  const proxy = await startCuttableProxy(t, url);
  const tab = await openTab(t, page);
  await tab.goto(page.url().replace(url, proxy.url)); // cookies know no ports
  await isLive(tab);
  const isSame = await markDocument(tab);

  await page.getByLabel('Rename the conversation').click();
  await page.locator('.title__field:focus').waitFor();
  await page.keyboard.type('Two <b>words</b>');
  await page.keyboard.press('Enter');
  for (const each of [page, tab]) await isCalled(each, 'Two <b>words</b>');
  await field.waitFor({ state: 'hidden' });

  proxy.cut();
  await page.getByLabel('Rename the conversation').click();
  await eventually(async () => (await field.inputValue()) === 'Two <b>words</b>');
  await field.fill('While nobody listened');
  await page.getByRole('button', { name: 'Rename' }).last().click();
  await isCalled(page, 'While nobody listened');
  proxy.mend();
  await isCalled(tab, 'While nobody listened');
  assert.ok(await isSame());
  await tab.getByLabel('Rename the conversation').click();
  const fieldOfTab = tab.getByRole('textbox', { name: 'Title' });
  await eventually(async () => (await fieldOfTab.inputValue()) === 'While nobody listened');
});

async function isCalled(page: Page, title: string): Promise<void> {
  await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
  await lists(page, title);
  assert.equal(await page.title(), `${title} · Parley`);
  assert.equal(await page.locator('#conversations [aria-current=page]').innerText(), title);
}

/** Waits until the focus is on what has this name. */
async function isOn(page: Page, name: string): Promise<void> {
  let focused: string | null | undefined;
  await eventually(async () => {
    focused = await page.evaluate(() => {
      const { activeElement } = document;
      return activeElement?.ariaLabel ?? activeElement?.textContent;
    });
    return focused === name;
  }).catch(() => assert.equal(focused, name));
}

const TOO_LONG = 'x'.repeat(101);

test('a title that is refused leaves the keyboard in its form, and what is typed meanwhile, and can be mended there', async t => {
  const { page, field } = await openOne(t);
  await page.getByLabel('Rename the conversation').press('Enter');
  await isOn(page, 'Title');
  for (const send of [
    () => field.press('Enter'),
    () => page.getByRole('button', { name: 'Rename', exact: true }).click(),
  ]) {
    await field.fill(TOO_LONG);
    await page.locator('.title__notice').evaluate(notice => notice.replaceChildren());
    await send();
    await page.getByText('at most 100 characters').waitFor();
    await isOn(page, 'Title');
  }
  await page.locator('.title__form').evaluate(form => form.setAttribute('novalidate', ''));
  await field.fill('  ');
  await page.keyboard.press('Enter');
  await page.getByText('A conversation needs a title.').waitFor();

  const refuse = async (route: Route) => {
    const response = await route.fetch();
    await field.fill('Two');
    await route.fulfill({ response });
  };
  await page.route('**/title', refuse, { times: 1 });
  await field.fill(TOO_LONG);
  await field.press('Enter');
  await page.getByText('at most 100 characters').waitFor();
  assert.equal(await field.inputValue(), 'Two');
  await field.press('Enter');
  await isCalled(page, 'Two');
  await isOn(page, 'Rename the conversation');
});

test('the form for a title goes when somebody goes on elsewhere, unless something is typed, or with Escape, with what was refused', async t => {
  const { page, field } = await openOne(t);
  for (const goOn of [
    () => page.locator('#messages').click(),
    () => page.getByRole('textbox', { name: 'Message' }).focus(),
  ]) {
    await page.getByLabel('Rename the conversation').click();
    await field.waitFor();
    await goOn();
    await field.waitFor({ state: 'hidden' });
  }
  await page.getByLabel('Rename the conversation').click();
  await field.fill('Two');
  await page.locator('#messages').click();
  assert.equal(await field.inputValue(), 'Two');
  assert.ok(await field.isVisible());

  await field.fill(TOO_LONG);
  await field.press('Enter');
  const notice = page.locator('.title__notice');
  await eventually(async () => (await notice.textContent()) !== '');
  await field.dispatchEvent('keydown', { key: 'Escape', isComposing: true });
  assert.equal(await field.inputValue(), TOO_LONG);
  assert.ok(await field.isVisible());

  await field.press('Escape');
  await field.waitFor({ state: 'hidden' });
  await isOn(page, 'Rename the conversation');
  await page.keyboard.press('Enter');
  await eventually(async () => (await field.inputValue()) === 'One');
  assert.equal(await notice.textContent(), '');
});

test('the title of a long conversation can be changed wherever it is scrolled to', async t => {
  const { page } = await openOne(t, 'Another line\n\n'.repeat(100));
  await page.waitForFunction(() => scrollY > 1000);
  for (const name of ['Rename the conversation', 'Title']) {
    const box = await page.getByLabel(name, { exact: true }).boundingBox();
    assert.ok(box && box.y >= 0 && box.y < 150, `${name} at ${box?.y}`);
    await page.getByLabel('Rename the conversation').click({ trial: name === 'Title' });
  }
  await page.evaluate(() => document.querySelector('.message')?.scrollIntoView());
  const [header, question] = [page.locator('.chat__header'), page.locator('.message').first()];
  const [above, below] = [await header.boundingBox(), await question.boundingBox()];
  assert.ok(above && below && above.y + above.height <= below.y, 'what an anchor leads to is not covered');
});

test('a conversation that is deleted leaves the page of another, and what is typed, as it is; the keyboard goes on by its place', async t => {
  const { page } = await openConversations(t, 3, 2);
  const field = page.getByRole('textbox', { name: 'Message' });
  const shown = page.url();
  await field.fill('Half a sen');
  await choose(page, 'Delete', 'Number 3');
  await lists(page, 'Number 2', 'Number 1');
  await isOn(page, 'Number 2');
  await choose(page, 'Delete', 'Number 1');
  await lists(page, 'Number 2');
  await isOn(page, 'Number 2');
  assert.equal(page.url(), shown);
  assert.equal(await field.inputValue(), 'Half a sen');

  await page.getByRole('link', { name: 'New conversation' }).click();
  await page.waitForURL('**/conversations/new');
  await choose(page, 'Delete', 'Number 2');
  await lists(page);
  await isOn(page, 'New conversation');
});

test('the keyboard stays on a conversation in the list that changes, and on one that moves', async t => {
  const { page, url, paths } = await openConversations(t, 2);
  const [one, two] = paths;
  const focused = () => page.evaluate(() => document.activeElement?.textContent);
  await page.getByRole('link', { name: 'Number 1' }).focus();
  await page.request.post(`${url}${one}/title`, { form: { title: 'Uno' }, maxRedirects: 0 });
  await lists(page, 'Number 2', 'Uno');
  assert.match((await focused()) ?? '', /^Uno/);
  await askByRequest(page, url, 'Again', one);
  await lists(page, 'Uno', 'Number 2');
  await eventually(async () => (await focused())?.startsWith('Uno'));

  await page.getByRole('button', { name: 'Actions for “Number 2”' }).focus();
  await askByRequest(page, url, 'Again', two);
  await lists(page, 'Number 2', 'Uno');
  await isOn(page, 'Actions for “Number 2”');
});
