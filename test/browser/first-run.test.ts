import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { BrowserContextOptions } from 'playwright-core';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { ask, isLive, openPage, showsStatus } from '../support/page.ts';

/** The page that somebody sees who comes for the first time, with the demo model. */
async function openFirst(t: TestContext, options: BrowserContextOptions = {}) {
  const { url } = await startTestApp(t, { OPENAI_BASE_URL: '', OPENAI_API_KEY: '', OPENAI_MODEL: '' });
  const page = await openPage(t, await sharedChromium(), options);
  await page.goto(url);
  const starters = page.locator('.starter').filter({ visible: true });
  return { page, starters };
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with' : 'without';
  test(`each bot offers what to begin with, and one press asks it, ${how} JavaScript`, async t => {
    const { page, starters } = await openFirst(t, { javaScriptEnabled });
    const plain = await starters.allTextContents();
    assert.ok(plain.length >= 3);
    await page.getByText('PirateBot', { exact: true }).click();
    await starters.filter({ hasText: plain[0] ?? '' }).waitFor({ state: 'detached' });
    const [offered = ''] = await starters.allTextContents();
    await starters.first().click();
    await page.locator('[data-role=user]', { hasText: offered }).waitFor();
    await page.locator('.message__speaker', { hasText: 'PirateBot' }).waitFor();
  });
}

test('what is half typed is not lost for something that is offered', async t => {
  const { page, starters } = await openFirst(t);
  assert.ok((await starters.count()) > 0);
  await page.getByRole('textbox', { name: 'Message' }).fill('Half');
  await starters.first().waitFor({ state: 'hidden' });
  await ask(page, 'A whole question');
  await page.locator('[data-role=user]', { hasText: 'A whole question' }).waitFor();
});

test('whoever looks at one bot after the other finds each where it was, and Enter on one asks nothing that was only offered', async t => {
  const { page } = await openFirst(t);
  const first = page.locator('.bot').first();
  const { y } = (await first.boundingBox()) ?? {};
  for (const bot of await page.locator('.bot').all()) {
    await bot.click();
    await bot.locator(':checked').waitFor({ state: 'attached' });
    assert.equal((await first.boundingBox())?.y, y);
  }
  await first.click();

  const address = page.url();
  await page.getByRole('radio', { name: 'ChatBot' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('textbox', { name: 'Message' }).fill('Hello');
  await page.getByRole('radio', { name: 'ChatBot' }).focus();
  assert.equal(page.url(), address);
  await page.keyboard.press('Enter');
  await isLive(page);
  await page.locator('[data-role=user]', { hasText: /^\s*You\s*Hello/ }).waitFor();
  await showsStatus(page, 'complete');
});

test('what was offered and could not be sent waits in the field', async t => {
  const { page, starters } = await openFirst(t);
  const [offered = ''] = await starters.allTextContents();
  await page.route('**/conversations', route => route.abort());
  await starters.first().click();
  await page.getByText('This could not be sent.').waitFor();
  await page.unroute('**/conversations');
  await page.getByRole('button', { name: 'Send again' }).click();
  await page.locator('[data-role=user]', { hasText: offered }).waitFor();
});

test('a page that fits on the screen does not scroll', async t => {
  const { page } = await openFirst(t);
  for (const path of ['/conversations/new', '/conversations', '/bots', '/shortcuts']) {
    await page.goto(new URL(path, page.url()).href);
    assert.equal(await page.evaluate(() => document.documentElement.scrollHeight - innerHeight), 0, path);
  }
});

test('on a phone all of it is there, and the composer in sight', async t => {
  const { page } = await openFirst(t, {
    viewport: { width: 390, height: 664 },
    isMobile: true,
    hasTouch: true,
  });
  for (const viewport of [
    { width: 390, height: 664 },
    { width: 320, height: 568 },
  ]) {
    await page.setViewportSize(viewport);
    const send = await page.getByRole('button', { name: 'Send', exact: true }).boundingBox();
    assert.ok(send && send.y + send.height <= viewport.height, `${send?.y}`);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(overflow <= 0, `${overflow} px too wide`);
  }
});
