import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Page, Route } from 'playwright-core';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { eventually } from '../support/eventually.ts';
import { insertConversations } from '../support/inserted-conversation.ts';
import { insertLongConversation } from '../support/long-conversation.ts';
import { isLive, openPage } from '../support/page.ts';
import { messagesOf } from '../support/rows.ts';

/** A person's page of a new conversation, after some conversations, in each of which the model said the same. */
async function openAfter(t: TestContext, questions: readonly string[], options = {}) {
  const app = await startTestApp(t);
  app.upstream.answerAll(call => call.whole(REPLY));
  const page = await openPage(t, await sharedChromium(), options);
  await page.request.get(app.url); // makes a guest
  const paths = (await insertConversations(app.deps.db, questions, REPLY)).map(({ path }) => path);
  await page.goto(`${app.url}/conversations/new`);
  return { ...app, page, paths };
}

const REPLY = 'A reply about lighthouses';
const field = (page: Page) => page.getByRole('searchbox', { name: 'Search your conversations' });
const results = (page: Page) => page.locator('#search_results');
const list = (page: Page) => page.locator('#conversations');
const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent?.trim());

test('what is found stands in the place of the list while somebody types, with the hits marked, and whatever it is as text', async t => {
  const hostile = '<img src=x onerror=alert(1)> kakapo &amp; "quotes"';
  const { page } = await openAfter(t, ['The wombat sleeps', 'About the quokka', 'Tea', hostile]);
  await field(page).pressSequentially('womb');
  await results(page).getByText('2 results').waitFor();
  assert.equal(await list(page).isVisible(), false);
  assert.deepEqual(await results(page).locator('mark').allInnerTexts(), ['wombat', 'wombat']);
  await page.getByRole('status').filter({ hasText: '2 results' }).waitFor({ state: 'attached' });

  await field(page).pressSequentially('x');
  await results(page).getByText('Nothing was found for “wombx”. Fewer words find more.').waitFor();
  await field(page).press('Escape');
  await list(page).waitFor();
  assert.equal(await results(page).textContent(), '');
  assert.equal(await field(page).inputValue(), '');
  assert.ok(await field(page).evaluate(element => element === document.activeElement));

  await field(page).fill('kakapo');
  await results(page).getByText(hostile).first().waitFor();
  assert.equal(await page.locator('#search_results img').count(), 0);
  await field(page).fill('"><script>alert(1)</script>');
  await results(page).getByText('Nothing was found for “"><script>alert(1)</script>”').waitFor();
});

test('results that nobody looks for any more are not shown, and a search that does not get through says so, until one does', async t => {
  const { page } = await openAfter(t, ['The wombat sleeps']);
  const asked = page.waitForRequest('**/search?q=wombat');
  const held = Promise.withResolvers<void>();
  const hold = async (route: Route) => {
    await held.promise;
    await route.continue();
  };
  await page.route('**/search?q=wombat', hold, { times: 1 });
  await field(page).fill('wombat');
  const answered = (await asked).response();
  await field(page).press('Escape');
  held.resolve();
  await answered;
  // More frames than it takes to show what came.
  await page.evaluate(async () => {
    for (let frames = 0; frames < 10; frames++) await new Promise(requestAnimationFrame);
  });
  assert.ok(await list(page).isVisible());
  assert.equal(await results(page).textContent(), '');

  await page.route('**/search?*', route => route.abort(), { times: 1 });
  await field(page).fill('womb');
  const failed = page.getByRole('alert').getByText('This did not get through to the server.');
  await failed.waitFor();
  await field(page).fill('wombat');
  await results(page).getByText('2 results').waitFor();
  await failed.waitFor({ state: 'detached' });
});

test('the arrow keys lead through the results and back, and Enter opens one', async t => {
  const { page } = await openAfter(t, ['The wombat sleeps', 'Tea for a wombat']);
  await field(page).fill('wombat');
  await results(page).getByText('4 results').waitFor();
  const way = [];
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowUp']) {
    await page.keyboard.press(key);
    way.push((await focused(page))?.replace(/\s+/g, ' ').replace(/^.* · ?/, ''));
  }
  assert.match(way.join('; '), /^Tea for a wombat; .*Tea for a wombat; The wombat sleeps; /);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'The wombat sleeps' }).waitFor();

  await field(page).fill('wombat');
  await results(page).getByText('4 results').waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  assert.ok(await field(page).evaluate(element => element === document.activeElement));
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Escape');
  await list(page).waitFor();
  assert.ok(await field(page).evaluate(element => element === document.activeElement));
});

/** A colour that nobody sees. */
const CLEAR = /[,/] 0\)$/;

test('a message that is found is shown at its place and stands out, however long ago it was', async t => {
  const { page, deps } = await openAfter(t, ['Tea']);
  const { ids } = await insertLongConversation(deps.db, 200, i => (i === 20 ? 'A wombat' : `Message ${i}`));
  await field(page).fill('wombat');
  await results(page).getByRole('link', { name: 'A wombat' }).click();
  const message = page.locator(`#message_${ids[20]}:target`);
  await message.waitFor();
  const [begun, ended] = await message.evaluate(element => {
    const animations = element.getAnimations();
    const ring = () => getComputedStyle(element).outlineColor;
    for (const each of animations) each.currentTime = 0;
    const begun = ring();
    for (const each of animations) each.finish();
    return [begun, ring()];
  });
  assert.doesNotMatch(begun ?? '', CLEAR);
  assert.match(ended ?? '', CLEAR, 'not for good');
  await isLive(page);
  await eventually(async () => {
    const box = await message.boundingBox();
    return box !== null && box.y > 0 && box.y < 400;
  });
});

test('a message of another version says so, and its version is shown when it is wished', async t => {
  const { page, deps, url, paths } = await openAfter(t, ['Tea for a wombat']);
  const [, older] = await messagesOf(deps.db, paths[0] ?? '');
  await page.request.post(`${url}/messages/${older?.id}/regeneration`, { maxRedirects: 0 });
  await eventually(async () => (await messagesOf(deps.db, paths[0] ?? '')).at(-1)?.finished_at);
  await page.goto(new URL(`/messages/${older?.id}`, page.url()).href);
  await page.getByText('This message is in another version of the conversation').waitFor();
  await page.getByText('A reply about lighthouses').waitFor();
  await page.getByRole('button', { name: 'Show its version' }).click();
  await page.getByText('1/2').waitFor();
  assert.ok(await page.locator(`#message_${older?.id}`).evaluate(element => element.matches(':target')));
});

test('Enter shows the results on a page of their own, where one can go on', async t => {
  const { page } = await openAfter(t, ['The wombat sleeps', 'Tea']);
  await field(page).fill('wombat');
  await field(page).press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Search' }).waitFor();
  assert.equal(await page.getByRole('search').count(), 1);
  await results(page).getByText('2 results').waitFor();
  assert.ok(await list(page).isVisible());
  await field(page).fill('tea');
  await results(page).getByText('Tea').first().waitFor();
});

test('a phone finds in its drawer', async t => {
  const { page } = await openAfter(t, ['The wombat sleeps'], {
    viewport: { width: 390, height: 844 },
    isMobile: true,
    hasTouch: true,
  });
  await page.getByRole('button', { name: 'Conversations' }).click();
  await field(page).fill('wombat');
  await results(page).getByRole('link', { name: 'The wombat sleeps' }).first().click();
  await page.getByRole('heading', { level: 1, name: 'The wombat sleeps' }).waitFor();
});
