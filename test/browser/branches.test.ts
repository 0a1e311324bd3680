import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { askByRequest, showQuestion } from '../support/conversation-page.ts';
import { eventually } from '../support/eventually.ts';
import {
  ask,
  hasEnded,
  isLive,
  newestReply,
  openPage,
  openTab,
  shownMessages,
  showsStatus,
  showsText,
} from '../support/page.ts';
import { isSaved, messagesOf } from '../support/rows.ts';

/** A page that shows a reply which broke off after "The moon pulls". */
async function openBrokenReply(t: TestContext) {
  const { url, upstream, deps } = await startTestApp(t);
  const page = await openPage(t, await sharedChromium());
  const path = await askByRequest(page, url, 'One');
  const call = await upstream.nextCall();
  call.text('The moon pulls');
  await isSaved(deps.db, path, 'The moon pulls');
  call.cut();
  await eventually(async () => (await messagesOf(deps.db, path))[1]?.status === 'interrupted');
  await page.goto(url + path);

  const press = (name: string) => page.getByRole('button', { name }).click();
  async function answer(text: string): Promise<void> {
    const call = await upstream.nextCall();
    call.text(text);
    call.finish();
    await showsText(page, text);
    await hasEnded(page);
  }
  return { page, upstream, press, answer };
}

async function showsVersion(page: Page, place: string): Promise<void> {
  await newestReply(page).getByText(place, { exact: true }).waitFor();
}

async function shownIds(page: Page): Promise<string[]> {
  return await page.locator('#messages > article').evaluateAll(articles => articles.map(({ id }) => id));
}

test('Continue appends to the same article; Regenerate and the pager put versions in its place; all tabs follow', async t => {
  const { page, upstream, press, answer } = await openBrokenReply(t);
  await isLive(page);
  const tab = await openTab(t, page);
  await tab.goto(page.url());
  await isLive(tab);
  await page.bringToFront();
  const ids = await shownIds(page);
  await newestReply(page).evaluate(article => Object.assign(article, { isSame: true }));

  await press('Continue');
  const call = await upstream.nextCall();
  call.text(' the water.');
  await Promise.all([showsText(page, 'pulls the water.'), showsText(tab, 'pulls the water.')]);
  call.finish();
  await showsStatus(page, 'complete');
  assert.ok(await newestReply(page).evaluate(article => 'isSame' in article));
  assert.deepEqual(await shownIds(page), ids);

  await newestReply(page).hover();
  await press('Regenerate');
  await answer('It is the moon.');
  await Promise.all([showsVersion(page, '2/2'), showsVersion(tab, '2/2')]);
  assert.equal((await shownIds(page)).length, 2);
  await press('Previous version');
  await Promise.all([
    showsVersion(page, '1/2'),
    showsVersion(tab, '1/2'),
    showsText(tab, 'pulls the water.'),
  ]);
  assert.deepEqual(await shownIds(tab), ids);
  assert.equal(await shownMessages(page), await shownMessages(tab));
  const live = await newestReply(tab).evaluate(article => article.outerHTML);
  await tab.reload();
  assert.equal(await newestReply(tab).evaluate(article => article.outerHTML), live);
});

test('the keyboard stays at the pager from version to version, and goes to the field from what leaves the page', async t => {
  const { page, press, answer } = await openBrokenReply(t);
  const isFocused = (name: string) =>
    page.waitForFunction(
      name => document.activeElement?.matches(`#messages > article:last-child [aria-label="${name}"]`),
      name,
    );
  for (const text of ['Two', 'Three']) {
    await press('Regenerate');
    await answer(text);
  }
  await page.getByRole('button', { name: 'Previous version' }).focus();
  await page.keyboard.press('Enter');
  await showsVersion(page, '2/3');
  await isFocused('Previous version');
  await page.keyboard.press('Enter');
  await showsVersion(page, '1/3');
  await isFocused('Next version');
  await page.keyboard.press('Enter');
  await showsVersion(page, '2/3');
  await isFocused('Next version');

  await page.getByRole('button', { name: 'Regenerate' }).press('Enter');
  await answer('Four');
  await showsVersion(page, '4/4');
  await page.waitForFunction(() => document.activeElement?.id === 'composer_text');
});

test('what was said after a version comes back with it', async t => {
  const { page, press, answer } = await openBrokenReply(t);
  await press('Continue');
  await answer(' the water.');
  await press('Regenerate');
  await answer('It is the moon.');
  await ask(page, 'Two');
  await answer('Reply two');
  assert.equal(await page.getByRole('button', { name: 'Continue' }).count(), 0);

  await press('Previous version');
  await showsText(page, 'pulls the water.');
  assert.equal((await shownIds(page)).length, 2);
  await press('Next version');
  await showsText(page, 'Reply two');
  assert.equal((await shownIds(page)).length, 4);
});

test('a reply without text offers to try again, and no continuation', async t => {
  const { page, upstream, press } = await openBrokenReply(t);
  await press('Regenerate');
  (await upstream.nextCall()).status(401);
  await showsStatus(page, 'failed');
  await page.getByRole('button', { name: 'Try again' }).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Continue' }).count(), 0);
});

test('while a reply is open, its own pager rests, and that of another message says why not', async t => {
  const { page, upstream, press, answer } = await openBrokenReply(t);
  await press('Regenerate');
  const call = await upstream.nextCall();
  call.text('It is ');
  await showsVersion(page, '2/2');
  assert.ok(await page.getByRole('button', { name: 'Previous version' }).isDisabled());
  call.text('the moon.');
  call.finish();
  await showsStatus(page, 'complete');

  await ask(page, 'Two');
  const second = await upstream.nextCall();
  second.text('Reply ');
  await showsText(page, 'Reply');
  await press('Previous version');
  await page.getByRole('status').getByText('Stop the reply first, or wait.').waitFor();
  assert.equal((await shownIds(page)).length, 4);
  second.finish();
  await showsStatus(page, 'complete');
  await press('Previous version');
  await showsText(page, 'The moon pulls');
  await press('Continue');
  await answer(' the water.');
});

test('what can be done with a complete reply shows below it on hover and focus, and takes no room', async t => {
  const { page, press, answer } = await openBrokenReply(t);
  await press('Continue');
  await answer(' the water.');
  await ask(page, 'And then?'); // what can be done with the newest is always seen
  await answer('Nothing.');
  const reply = page.locator('[data-role=assistant]').first();
  const regenerate = reply.getByRole('button', { name: 'Regenerate' });
  const becomes = async (wanted: string) => {
    const opacity = () => regenerate.evaluate(button => getComputedStyle(button).opacity);
    while ((await opacity()) !== wanted) await page.evaluate(() => new Promise(requestAnimationFrame));
  };
  await page.getByRole('textbox', { name: 'Message' }).hover();
  await becomes('0');
  await reply.hover();
  await becomes('1');
  await page.getByRole('textbox', { name: 'Message' }).hover();
  await becomes('0');
  await regenerate.focus();
  await becomes('1');
  const end = async (part: typeof reply) => {
    const box = await part.boundingBox();
    return box && box.y + box.height;
  };
  assert.equal(await end(reply), await end(reply.locator('[id$=_body]')));
});

test('“Waiting…” is not seen while a reply waits for a moment only', async t => {
  const { url } = await startTestApp(t, { WORKER_CONCURRENCY: '1' });
  const page = await openPage(t, await sharedChromium());
  await showQuestion(page, url);
  await page.getByText('Thinking…').waitFor();
  await page.getByRole('link', { name: 'New conversation' }).click();
  await page.getByText('Who would you like to talk to?').waitFor();
  await ask(page, 'Two');
  const waiting = page.getByText('Waiting…');
  await waiting.waitFor();
  const [animation] = await waiting.evaluate(element =>
    element.getAnimations().map(animation => animation.effect?.getComputedTiming().delay),
  );
  assert.equal(animation, 400);
  await page.waitForFunction(() => {
    const waiting = document.querySelector('.message__waiting');
    return waiting && getComputedStyle(waiting).opacity === '1';
  });
});
