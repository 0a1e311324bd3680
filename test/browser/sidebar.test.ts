import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { Page, Route } from 'playwright-core';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { showConversation, showQuestion } from '../support/conversation-page.ts';
import { startCuttableProxy } from '../support/cuttable-proxy.ts';
import { eventually } from '../support/eventually.ts';
import { ask, choose, isLive, markDocument, openPage, openTab, showsStatus } from '../support/page.ts';

/** A person's page, live on the newest of several conversations. */
async function openConversations(t: TestContext, count: number) {
  const { url, upstream } = await startTestApp(t);
  upstream.answerAll(call => {
    call.text('A reply');
    call.finish();
  });
  const page = await openPage(t, await sharedChromium());
  for (let i = 1; i < count; i++) {
    await page.request.post(`${url}/conversations`, { form: { content: `Number ${i}` }, maxRedirects: 0 });
  }
  await showQuestion(page, url, `Number ${count}`);
  await showsStatus(page, 'complete');
  const link = (i: number) => page.getByRole('link', { name: new RegExp(`^Number ${i}( unread reply)?$`) });
  const listTop = () => page.locator('.sidebar').evaluate(({ scrollTop }) => scrollTop);
  return { page, link, listTop };
}

test('deleting another conversation leaves the page, and what is typed, as it is', async t => {
  const { page, link } = await openConversations(t, 2);
  await page.getByRole('textbox', { name: 'Message' }).fill('Half a sen');
  const shown = page.url();
  await choose(page, 'Delete', 'Number 1');
  await link(1).waitFor({ state: 'detached' });
  assert.equal(page.url(), shown);
  assert.equal(await page.getByRole('textbox', { name: 'Message' }).inputValue(), 'Half a sen');
});

test('the list of conversations stays where it was scrolled to over visits', async t => {
  const { page, link, listTop } = await openConversations(t, 40);
  await link(8).scrollIntoViewIfNeeded();
  const before = await listTop();
  assert.ok(before > 0);
  await link(8).click();
  await page.getByRole('heading', { level: 1, name: 'Number 8' }).waitFor();
  assert.equal(await listTop(), before);
});

test('the list of conversations begins where it shows the current one', async t => {
  const { page, link, listTop } = await openConversations(t, 40);
  await link(3).click();
  await page.getByRole('heading', { level: 1, name: 'Number 3' }).waitFor();
  await page.reload();
  await page.waitForFunction(() => (document.querySelector('.sidebar')?.scrollTop ?? 0) > 0);
  const box = await link(3).boundingBox();
  assert.ok(
    box && box.y > 0 && box.y + box.height <= (page.viewportSize()?.height ?? 0),
    `${await listTop()}`,
  );
});

test('what begins a conversation and finds one stays in sight, however far the list is scrolled', async t => {
  const { page, link, listTop } = await openConversations(t, 40);
  const begin = page.getByRole('link', { name: 'New conversation' });
  const find = page.getByRole('searchbox', { name: 'Search your conversations' });
  const tops = async () => [(await begin.boundingBox())?.y, (await find.boundingBox())?.y];
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
  const { url, upstream } = await startTestApp(t);
  upstream.answerAll(call => {
    call.text('A reply');
    call.finish();
  });
  const proxy = await startCuttableProxy(t, url);
  const page = await openPage(t, await sharedChromium());
  await page.goto(`${url}/conversations/new`);
  const tab = await openTab(t, page);
  // Cookies know no ports.
  await tab.goto(`${proxy.url}/conversations/new`);
  for (const each of [page, tab]) await hearsTheList(each);
  return { url, proxy, page, tab };
}

async function hearsTheList(page: Page): Promise<void> {
  await page.locator('[list=conversations][connected]').waitFor({ state: 'attached' });
}

/** Starts a conversation with the page's form. */
async function start(page: Page, title: string): Promise<void> {
  const { origin, pathname } = new URL(page.url());
  if (pathname !== '/conversations/new') await page.goto(`${origin}/conversations/new`);
  await ask(page, title);
  await page.getByRole('heading', { level: 1, name: title }).waitFor();
  await showsStatus(page, 'complete');
}

/** A person's page of a conversation by the name of "One", with the form for its title at hand. */
async function openOne(t: TestContext) {
  const app = await startTestApp(t);
  const page = await openPage(t, await sharedChromium());
  await showConversation(page, app, [['One', 'A reply']]);
  await isLive(page);
  return { page, field: page.getByRole('textbox', { name: 'Title' }) };
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
  const { page, tab, proxy } = await openTabs(t);
  await start(page, 'One');
  const path = new URL(page.url()).pathname;
  await tab.goto(proxy.url + path);
  await isLive(tab);
  const isSame = await markDocument(tab);

  await page.getByLabel('Rename the conversation').click();
  const field = page.getByRole('textbox', { name: 'Title' });
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

test('a title that is no title is refused on the page, and can be mended there', async t => {
  const { page, field } = await openOne(t);
  await page.getByLabel('Rename the conversation').click();
  await page.locator('.title__form').evaluate(form => form.setAttribute('novalidate', ''));
  await field.fill('  ');
  await page.keyboard.press('Enter');
  await page.getByText('A conversation needs a title.').waitFor();
  await field.fill('Two');
  await page.keyboard.press('Enter');
  await isCalled(page, 'Two');
});

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

test('the keyboard stays in the form of a title that is refused, and goes back to the pencil with one that is taken', async t => {
  const { page, field } = await openOne(t);
  await page.getByLabel('Rename the conversation').press('Enter');
  await isOn(page, 'Title');
  for (const send of [
    () => field.press('Enter'),
    () => page.getByRole('button', { name: 'Rename', exact: true }).click(),
  ]) {
    await field.fill(TOO_LONG);
    const answer = page.waitForResponse('**/title');
    await send();
    await answer;
    await page.locator('.title__form:not([aria-busy])').waitFor();
    await isOn(page, 'Title');
  }
  await field.fill('Two');
  await field.press('Enter');
  await isCalled(page, 'Two');
  await isOn(page, 'Rename the conversation');
});

test('what is typed while a title is being refused stays', async t => {
  const { page, field } = await openOne(t);
  await page.getByLabel('Rename the conversation').click();
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
});

test('what was refused as a title is forgotten with Escape, which belongs to an IME while it composes', async t => {
  const { page, field } = await openOne(t);
  await page.getByLabel('Rename the conversation').click();
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
  const { url, upstream } = await startTestApp(t);
  upstream.answerAll(call => {
    call.text('Another line\n\n'.repeat(100));
    call.finish();
  });
  const page = await openPage(t, await sharedChromium());
  await page.goto(`${url}/conversations/new`);
  await start(page, 'One');
  assert.ok(await page.evaluate(() => scrollY > 1000));
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

test('the form for a title goes when somebody goes on elsewhere, unless something is typed in it', async t => {
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
});

test('the keyboard goes on by the place of a conversation that is deleted', async t => {
  const { page, link } = await openConversations(t, 3);
  await link(2).click();
  await page.getByRole('heading', { level: 1, name: 'Number 2' }).waitFor();
  await choose(page, 'Delete', 'Number 3');
  await lists(page, 'Number 2', 'Number 1');
  await isOn(page, 'Number 2');
  await choose(page, 'Delete', 'Number 1');
  await lists(page, 'Number 2');
  await isOn(page, 'Number 2');
  await page.goto(new URL('/conversations/new', page.url()).href);
  await choose(page, 'Delete', 'Number 2');
  await lists(page);
  await isOn(page, 'New conversation');
});

test('the keyboard stays on a conversation in the list that changes, and on one that moves', async t => {
  const { page, tab } = await openTabs(t);
  await start(page, 'One');
  await start(page, 'Two');
  await lists(tab, 'Two', 'One');
  const focused = () => tab.evaluate(() => document.activeElement?.textContent);
  await tab.getByRole('link', { name: 'One' }).focus();
  await page.getByRole('link', { name: 'One' }).click();
  await page.getByRole('heading', { level: 1, name: 'One' }).waitFor();
  await page.getByLabel('Rename the conversation').click();
  await page.getByRole('textbox', { name: 'Title' }).fill('Uno');
  await page.keyboard.press('Enter');
  await lists(tab, 'Two', 'Uno');
  assert.equal(await focused(), 'Uno');
  await ask(page, 'Again');
  await lists(tab, 'Uno', 'Two');
  await eventually(async () => (await focused())?.startsWith('Uno'));

  await tab.getByRole('button', { name: 'Actions for “Two”' }).focus();
  await page.getByRole('link', { name: 'Two' }).click();
  await page.getByRole('heading', { level: 1, name: 'Two' }).waitFor();
  await isLive(page);
  await ask(page, 'Again');
  await lists(tab, 'Two', 'Uno');
  await isOn(tab, 'Actions for “Two”');
});

test('a list that was scrolled stays where it is when something is put on top of it', async t => {
  const { page, link, listTop } = await openConversations(t, 40);
  const tab = await openTab(t, page);
  await tab.goto(page.url());
  await isLive(tab);
  await link(8).scrollIntoViewIfNeeded();
  const before = await link(8).boundingBox();
  assert.ok((await listTop()) > 0);
  await start(tab, 'Number 41');
  await link(41).waitFor();
  const after = await link(8).boundingBox();
  assert.ok(Math.abs((after?.y ?? 0) - (before?.y ?? 0)) <= 1, `${before?.y} → ${after?.y}`);
});

test('without JavaScript the next page shows it all', async t => {
  const { url, upstream } = await startTestApp(t);
  const page = await openPage(t, await sharedChromium(), { javaScriptEnabled: false });
  await page.goto(url);
  await page.getByRole('textbox', { name: 'Message' }).fill('One');
  await page.getByRole('button', { name: 'Send' }).click();
  const call = await upstream.nextCall();
  await page.goto(`${url}/conversations/new`);
  call.text('A reply');
  call.finish();
  const unread = page.getByRole('link', { name: 'One unread reply' });
  await eventually(async () => {
    await page.reload();
    return await unread.isVisible();
  });

  await unread.click();
  assert.equal(await page.getByText('unread reply').count(), 0);
  assert.equal(await page.locator('[aria-current]').innerText(), 'One');
  await page.getByLabel('Rename the conversation').click();
  await page.getByRole('textbox', { name: 'Title' }).fill('Two');
  await page.getByRole('button', { name: 'Rename' }).last().click();
  await isCalled(page, 'Two');
  await page.getByRole('link', { name: 'New conversation' }).click();
  await lists(page, 'Two');
  await choose(page, 'Delete', 'Two');
  await page.getByText('Your conversations will be listed here.').waitFor();
  assert.equal(new URL(page.url()).pathname, '/conversations/new');
});
