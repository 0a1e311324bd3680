import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Page } from 'playwright-core';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { eventually } from '../support/eventually.ts';
import { insertLongConversation } from '../support/long-conversation.ts';
import { isLive, openPage, showsStatus } from '../support/page.ts';

/** A person's page of a new conversation, after some conversations, in each of which the model said the same. */
async function openAfter(t: TestContext, questions: readonly string[], options = {}) {
  const app = await startTestApp(t);
  app.upstream.answerAll(call => {
    call.text('A reply about lighthouses');
    call.finish();
  });
  const page = await openPage(t, await sharedChromium(), options);
  for (const content of questions) {
    await page.request.post(`${app.url}/conversations`, { form: { content }, maxRedirects: 0 });
  }
  await eventually(async () => {
    const replies = await app.deps.db.selectFrom('messages').select('status').execute();
    return replies.every(({ status }) => status === 'complete');
  });
  await page.goto(`${app.url}/conversations/new`);
  return { ...app, page };
}

const field = (page: Page) => page.getByRole('searchbox', { name: 'Search your conversations' });
const results = (page: Page) => page.locator('#search_results');
const list = (page: Page) => page.locator('#conversations');
const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent?.trim());

test('what is found stands in the place of the list while somebody types, with the hits marked', async t => {
  const { page } = await openAfter(t, ['The wombat sleeps', 'About the quokka', 'Tea']);
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
});

test('results that nobody looks for any more are not shown', async t => {
  const { page } = await openAfter(t, ['The wombat sleeps']);
  const asked = page.waitForRequest('**/search?q=wombat');
  const held = Promise.withResolvers<void>();
  await page.route('**/search?q=wombat', async route => {
    await held.promise;
    await route.continue();
  });
  await field(page).fill('wombat');
  const answered = (await asked).response();
  await field(page).press('Escape');
  held.resolve();
  await answered;
  await page.evaluate(() => new Promise(resolve => setTimeout(resolve, 200)));
  assert.ok(await list(page).isVisible());
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
  const message = page.locator(`#message_${ids[20]}`);
  await message.waitFor();
  assert.ok(await message.evaluate(element => element.matches(':target')));
  const ring = () => message.evaluate(element => getComputedStyle(element).outlineColor);
  assert.doesNotMatch(await ring(), CLEAR);
  await message.evaluate(element => element.getAnimations().map(animation => animation.finish()));
  assert.match(await ring(), CLEAR, 'not for good');
  await isLive(page);
  await eventually(async () => {
    const box = await message.boundingBox();
    return box !== null && box.y > 0 && box.y < 400;
  });
});

test('a message of another version says so, and its version is shown when it is wished', async t => {
  const { page, deps } = await openAfter(t, ['Tea for a wombat']);
  await page.goto(new URL('/', page.url()).href);
  await isLive(page);
  await page.getByRole('button', { name: 'Regenerate', exact: true }).click();
  await page.getByText('2/2').waitFor();
  await showsStatus(page, 'complete');
  const [, older] = await deps.db.selectFrom('messages').select('id').orderBy('id').execute();
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

test('what was written may be anything, and is text all the same', async t => {
  const { page } = await openAfter(t, ['<img src=x onerror=alert(1)> wombat &amp; "quotes"']);
  await field(page).fill('wombat');
  await results(page).getByText('<img src=x onerror=alert(1)> wombat &amp; "quotes"').first().waitFor();
  assert.equal(await page.locator('#search_results img').count(), 0);
  await field(page).fill('"><script>alert(1)</script>');
  await results(page).getByText('Nothing was found for “"><script>alert(1)</script>”').waitFor();
});

test('a search that does not get through says so, until one does', async t => {
  const { page } = await openAfter(t, ['The wombat sleeps']);
  await page.route('**/search?*', route => route.abort(), { times: 1 });
  await field(page).fill('womb');
  const failed = page.getByRole('alert').getByText('This did not get through to the server.');
  await failed.waitFor();
  await field(page).fill('wombat');
  await results(page).getByText('2 results').waitFor();
  await failed.waitFor({ state: 'detached' });
});
