import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { showConversation } from '../support/conversation-page.ts';
import { eventually } from '../support/eventually.ts';
import { isLive, newestReply, openPage, openTab, showsStatus, showsText } from '../support/page.ts';
import { stopTime } from '../support/stop-time.ts';

const REPLY = 'The **moon** pulls.\n\n- the sea\n- the air';

/** A page that shows a question and a reply. */
async function openReply(t: TestContext, options?: BrowserContextOptions) {
  const app = await startTestApp(t);
  const page = await openPage(t, await sharedChromium(), options);
  await showConversation(page, app, [['What *pulls*?', REPLY]]);
  await newestReply(page).hover();
  return { ...app, page };
}

function copyLinks(page: Page) {
  return page.getByRole('link', { name: 'Copy as Markdown' });
}

test('Copy puts a message’s Markdown into the clipboard, and says so, also where browsers offer none, as over plain HTTP', async t => {
  const { page } = await openReply(t, { permissions: ['clipboard-read', 'clipboard-write'] });
  await page.clock.install();
  await stopTime(page); // it is said for a moment
  await copyLinks(page).last().press('Enter');
  const said = page.getByRole('status').getByText('Copied', { exact: true });
  await said.waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), REPLY);
  await copyLinks(page).first().press('Enter');
  await said.nth(1).waitFor();
  await page.waitForFunction(async () => (await navigator.clipboard.readText()) === 'What *pulls*?');
  await page.clock.runFor(2_000);
  await said.last().waitFor({ state: 'hidden' });

  await page.context().clearPermissions();
  await page.context().grantPermissions(['clipboard-read']);
  const clipboard = await page.evaluateHandle(() => {
    const { clipboard } = navigator;
    Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true });
    return clipboard;
  });
  await copyLinks(page).last().press('Enter');
  await said.last().waitFor();
  assert.equal(await clipboard.evaluate(clipboard => clipboard.readText()), REPLY);
  assert.ok(
    await copyLinks(page)
      .last()
      .evaluate(link => link === document.activeElement),
  );
});

test('a rating shows in all tabs, stays after a reload, is taken back by the same button, and keeps the focus', async t => {
  const { page } = await openReply(t);
  const tab = await openTab(t, page);
  await tab.goto(page.url());
  await Promise.all([isLive(page), isLive(tab)]);
  await page.bringToFront();
  const rated = (where: Page, name: string, pressed: boolean) =>
    newestReply(where).getByRole('button', { name, pressed }).waitFor({ state: 'attached' });

  const good = newestReply(page).getByRole('button', { name: 'Good reply' });
  await good.press('Enter');
  await Promise.all([page, tab].map(each => rated(each, 'Good reply', true)));
  await page.waitForFunction(() => document.activeElement?.matches('[title="Good reply"]'));
  await newestReply(tab).getByRole('button', { name: 'Bad reply' }).press('Enter');
  await Promise.all([page, tab].map(each => rated(each, 'Bad reply', true)));
  await rated(page, 'Good reply', false);
  await page.reload();
  await rated(page, 'Bad reply', true);
  await newestReply(page).getByRole('button', { name: 'Bad reply' }).press('Enter');
  await Promise.all([page, tab].map(each => rated(each, 'Bad reply', false)));
});

test('what can be done with the last reply, and what another was rated, is seen also where nobody points', async t => {
  const { page, upstream } = await openReply(t);
  await page.getByRole('textbox', { name: 'Message' }).hover();
  const [question, reply] = await page
    .locator('.message:not(:hover)')
    .evaluateAll(all => all.map(one => getComputedStyle(one.querySelector('.action') ?? one).opacity));
  assert.notEqual(question, '1');
  assert.equal(reply, '1');

  const first = page.locator('#messages > [data-role=assistant]').first();
  const [good, bad] = ['Good reply', 'Bad reply'].map(name => first.getByRole('button', { name }));
  assert.ok(good && bad);
  await good.click();
  await first.getByRole('button', { name: 'Good reply', pressed: true }).waitFor();
  await page.getByRole('textbox', { name: 'Message' }).fill('And the sun?');
  await page.keyboard.press('Enter');
  (await upstream.nextCall()).whole('It pulls, too.');
  await showsText(page, 'It pulls, too.');
  const look = (button: typeof good) =>
    button.evaluate(element => {
      const { opacity, color } = getComputedStyle(element);
      return { opacity, color };
    });
  await page.getByRole('textbox', { name: 'Message' }).focus();
  await page.getByRole('textbox', { name: 'Message' }).hover();
  await eventually(async () => (await look(bad)).opacity === '0');
  assert.equal((await look(good)).opacity, '1');
  assert.notEqual((await look(good)).color, (await look(bad)).color);
});

test('a message says when it was written, by whom, with which model, and how fast', async t => {
  const { page, url } = await openReply(t, { timezoneId: 'Asia/Kolkata', locale: 'en-GB' });
  const about = newestReply(page).getByRole('button', { name: 'About this message' });
  await about.press('Enter');
  const facts = newestReply(page).locator('.about');
  await facts.getByText('ChatBot').waitFor();
  await facts.getByText('scripted').waitFor();
  const [shown, expected] = await facts
    .locator('time')
    .evaluate((time: HTMLTimeElement) => [
      time.textContent,
      new Date(time.dateTime).toLocaleTimeString('en-GB', { timeStyle: 'short', timeZone: 'Asia/Kolkata' }),
    ]);
  assert.ok(shown?.endsWith(expected ?? '-'), `${shown} ends with ${expected}`);
  const good = newestReply(page).getByRole('button', { name: 'Good reply' });
  await page.request.post(`${url}${await good.locator('..').getAttribute('action')}`, {
    form: { rating: 'up' },
    maxRedirects: 0,
  });
  await good.and(page.locator('[aria-pressed=true]')).waitFor();
  assert.equal(await facts.locator('time').textContent(), shown, 'drawn anew while it is shown');
  await page.keyboard.press('Escape');
  await facts.waitFor({ state: 'hidden' });
  assert.ok(await about.evaluate(button => button === document.activeElement));
});

test('on a phone all that can be done with a reply stands in one line, and nothing widens the page', async t => {
  const { page, upstream } = await openReply(t, {
    viewport: { width: 390, height: 740 },
    hasTouch: true,
    isMobile: true,
  });
  await newestReply(page).getByRole('button', { name: 'Regenerate' }).tap();
  (await upstream.nextCall()).whole('It is the moon.');
  await newestReply(page).getByText('2/2').waitFor();
  await showsStatus(page, 'complete');
  const below = newestReply(page).locator('.message__below');
  const say = (place: string, textSize: string) =>
    below.locator('.pager__place').evaluate(
      (element, [place, textSize]) => {
        element.textContent = place;
        document.documentElement.dataset.textSize = textSize;
      },
      [place, textSize] as const,
    );
  for (const width of [390, 320]) {
    await page.setViewportSize({ width, height: 740 });
    await say('2/2', 'normal');
    const tops = await below
      .locator('.action, .pager__button')
      .evaluateAll(controls => controls.map(control => control.getBoundingClientRect().top));
    assert.equal(tops.length, 8);
    assert.equal(new Set(tops).size, 1);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
    await say('10/12', 'large');
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
    const { x = 0, width: own = 0 } = (await below.boundingBox()) ?? {};
    assert.ok(x >= 0 && x + own <= width, `from ${x}, ${own} px`);
  }
});
