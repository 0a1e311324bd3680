import assert from 'node:assert/strict';
import test from 'node:test';
import type { Page } from 'playwright-core';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { showQuestion } from '../support/conversation-page.ts';
import { ask, choose, isLive, newestReply, openPage, showsStatus } from '../support/page.ts';

/** What is wider than any phone, a chunk at a time, each with how it ends. */
const WIDE = [
  ['```\n', ''],
  ...Array.from({ length: 6 }, (_, i) => [`${'code '.repeat(10)}${i}`, `code ${i}`]),
  ['\n```\n\n| one | two | three | four | five | six |\n|-|-|-|-|-|-|\n', 'six'],
  ...['Bordeaux', 'Casablanca', 'Philadelphia', 'Vladivostok', 'Johannesburg', 'Ouagadougou'].map(city => [
    `| ${city}`,
    city,
  ]),
  [`|\n\n${'Donaudampfschifffahrt'.repeat(10)}`, 'Donaudampfschifffahrt'],
  [' with an end', 'with an end'],
] as const;

async function overflow(page: Page): Promise<number> {
  return await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  });
}

for (const width of [390, 320]) {
  test(`on a screen of ${width} px nothing is wider than the screen while it streams`, async t => {
    const { url, upstream } = await startTestApp(t);
    const viewport = { width, height: 700 };
    const page = await openPage(t, await sharedChromium(), { viewport, isMobile: true, hasTouch: true });
    await page.goto(url);
    assert.equal(await overflow(page), 0);
    await ask(page, 'Show me something wide');
    await isLive(page);
    const call = await upstream.nextCall();
    for (const [chunk, shown] of WIDE) {
      call.text(chunk);
      if (shown) await newestReply(page).getByText(shown).last().waitFor();
      assert.equal(await overflow(page), 0, `after ${chunk}`);
      assert.equal(await page.evaluate(() => innerWidth), width, `zoomed out after ${chunk}`);
    }
    await page.getByRole('button', { name: 'Stop' }).tap();
    await showsStatus(page, 'stopped');
    await call.closed;
    assert.equal(await overflow(page), 0);

    const list = page.getByRole('navigation', { name: 'Conversations' });
    await page.getByRole('button', { name: 'Conversations' }).tap();
    await list.getByRole('link', { name: 'Show me something wide' }).waitFor();
    assert.equal(await overflow(page), 0);
    await page.getByRole('button', { name: 'Close the list' }).tap();
    await list.waitFor({ state: 'hidden' });
  });
}

test('on the smallest screen the header has room for the title', async t => {
  const { url } = await startTestApp(t, { OPENAI_BASE_URL: '', OPENAI_API_KEY: '', OPENAI_MODEL: '' });
  const page = await openPage(t, await sharedChromium(), { viewport: { width: 320, height: 700 } });
  await showQuestion(page, url, 'How do I grow tomatoes?');
  const { width = 0 } = (await page.getByRole('heading', { level: 1 }).boundingBox()) ?? {};
  assert.ok(width > 100, `${width} px`);
});

for (const width of [390, 320]) {
  test(`on a screen of ${width} px all that can be done with a reply stands beside its versions`, async t => {
    const { url, upstream } = await startTestApp(t);
    upstream.answerAll(call => {
      call.text('A reply');
      call.finish();
    });
    const viewport = { width, height: 700 };
    const page = await openPage(t, await sharedChromium(), { viewport, isMobile: true, hasTouch: true });
    await showQuestion(page, url, 'Hello');
    await newestReply(page).getByRole('button', { name: 'Regenerate', exact: true }).tap();
    await newestReply(page).getByText('2/2').waitFor();
    await showsStatus(page, 'complete');
    const row = newestReply(page).locator('.message__below');
    const ends = await row.locator('.pager__button, .action').evaluateAll(all =>
      all.map(one => {
        const { right, height, bottom } = one.getBoundingClientRect();
        return { right, height, bottom };
      }),
    );
    const dock = (await page.locator('.dock .composer').boundingBox())?.y ?? 0;
    assert.equal(ends.length, 8);
    for (const { right, height, bottom } of ends) {
      assert.ok(
        right <= width && height >= 40 && bottom <= dock,
        `${right}, ${height}, ${bottom} of ${dock}`,
      );
    }
  });
}

test('what takes a deletion back stands in the drawer, as long as that is open', async t => {
  const { url, upstream } = await startTestApp(t);
  upstream.answerAll(call => {
    call.text('A reply');
    call.finish();
  });
  const viewport = { width: 390, height: 700 };
  const page = await openPage(t, await sharedChromium(), { viewport, isMobile: true, hasTouch: true });
  await page.request.post(`${url}/conversations`, { form: { content: 'Number 1' }, maxRedirects: 0 });
  await page.goto(`${url}/conversations/new`);
  await page.getByRole('button', { name: 'Conversations' }).tap();
  await choose(page, 'Delete', 'Number 1');
  const undo = page.locator('.undo');
  await undo.waitFor();
  const drawer = await page.locator('.sidebar').boundingBox();
  const box = await undo.boundingBox();
  const begin = await page.getByRole('link', { name: 'New conversation' }).first().boundingBox();
  assert.ok(drawer && box && begin);
  assert.ok(box.x + box.width <= drawer.width && box.y > begin.y + begin.height, JSON.stringify(box));
});

test('a drawer that is open when the window grows is the sidebar then', async t => {
  const { url } = await startTestApp(t);
  const page = await openPage(t, await sharedChromium(), { viewport: { width: 600, height: 700 } });
  await page.goto(url);
  await page.getByRole('button', { name: 'Conversations' }).click();
  await page.locator('.sidebar:popover-open').waitFor();
  await page.setViewportSize({ width: 1000, height: 700 });
  const box = await page.locator('.sidebar').boundingBox();
  assert.deepEqual(box, { x: 0, y: 0, width: 256, height: 700 });
  const backdrop = () => getComputedStyle(document.querySelector('.sidebar') ?? document.body, '::backdrop');
  assert.equal(await page.evaluate(`(${backdrop})().display`), 'none');
});

test('on a phone a new conversation is one tap away', async t => {
  const { url, upstream } = await startTestApp(t);
  upstream.answerAll(call => call.whole('A reply'));
  const viewport = { width: 320, height: 700 };
  const page = await openPage(t, await sharedChromium(), { viewport, isMobile: true, hasTouch: true });
  const link = page.getByRole('link', { name: 'New conversation' });
  await page.goto(`${url}/conversations/new`);
  assert.equal(await link.count(), 0);
  await ask(page, 'Show me something wide, and of many words');
  await isLive(page);
  assert.equal(await overflow(page), 0);
  const title = await page.getByRole('heading', { level: 1 }).boundingBox();
  assert.ok(title && title.width > 60, `${title?.width} for the title`);
  await link.tap();
  await page.waitForURL('**/conversations/new');
  await page.setViewportSize({ width: 1160, height: 700 });
  await page.goBack();
  await isLive(page);
  assert.equal(await link.count(), 1);
});
