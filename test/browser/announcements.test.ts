import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { eventually } from '../support/eventually.ts';
import { ask, isLive, openPage, showsStatus, showsText } from '../support/page.ts';

/** Keeps what each live region of the page says from now on; what is in one that is off is not said. */
async function listen(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const said: string[] = [];
    const regions = '[role=status], [role=alert], [role=log], [aria-live]';
    new MutationObserver(changes => {
      for (const { target, addedNodes } of changes) {
        const element = target instanceof Element ? target : target.parentElement;
        const region = element?.closest(regions);
        if (!region || region.getAttribute('aria-live') === 'off') continue;
        for (const { textContent } of addedNodes) if (textContent?.trim()) said.push(textContent.trim());
      }
    }).observe(document.documentElement, { childList: true, characterData: true, subtree: true });
    Object.assign(window, { said });
  });
  return () => page.evaluate(() => (window as unknown as { said: string[] }).said);
}

async function openListening(t: TestContext) {
  const { url, upstream } = await startTestApp(t);
  const page = await openPage(t, await sharedChromium());
  await page.goto(url);
  await ask(page, 'One');
  await isLive(page);
  const announcer = page.locator('[data-controller=announcer]');
  await announcer.filter({ hasText: 'ChatBot is replying…' }).waitFor();
  return { page, upstream, announcer, said: await listen(page) };
}

test('a screen reader hears that a reply begins and how it ends, once each, and none of the words between', async t => {
  const { page, upstream, announcer, said } = await openListening(t);
  const first = await upstream.nextCall();
  for (const word of ['A short answer. ', 'More of ', 'it.\n\n', 'And more.']) {
    first.text(word);
    await showsText(page, word.trim());
  }
  first.finish();
  await announcer.filter({ hasText: 'ChatBot has replied. A short answer.' }).waitFor();

  await page.getByText('PirateBot', { exact: true }).click();
  await ask(page, 'Two');
  const second = await upstream.nextCall();
  second.text('Arr');
  await showsText(page, 'Arr');
  await page.getByRole('button', { name: 'Stop' }).click();
  await announcer.filter({ hasText: 'PirateBot: Stopped.' }).waitFor();

  await ask(page, 'Three');
  (await upstream.nextCall()).status(401);
  await showsStatus(page, 'failed');
  await announcer.filter({ hasText: /^PirateBot: .*key/ }).waitFor();
  const words = (await said()).map(text => text.replace(/: .*key.*/, ': why'));
  assert.deepEqual(words, [
    'ChatBot has replied. A short answer.',
    'PirateBot is replying…',
    'PirateBot: Stopped.',
    'PirateBot is replying…',
    'PirateBot: why',
  ]);
});

test('nothing is said of what was there before, or of another version', async t => {
  const { page, upstream, said } = await openListening(t);
  (await upstream.nextCall()).whole('First.');
  await showsStatus(page, 'complete');
  await page.getByRole('button', { name: 'Regenerate' }).click();
  (await upstream.nextCall()).whole('Second.');
  await eventually(async () => (await said()).length === 3);
  await page.getByRole('button', { name: 'Previous version' }).click();
  await showsText(page, 'First.');
  assert.deepEqual(await said(), [
    'ChatBot has replied. First.',
    'ChatBot is replying…',
    'ChatBot has replied. Second.',
  ]);
  await page.reload();
  await isLive(page);
  assert.equal(await page.locator('[data-controller=announcer]').textContent(), '');
});
