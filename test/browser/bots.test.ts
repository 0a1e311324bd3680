import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { startTestApp } from '../support/app.ts';
import { makeBot } from '../support/bots.ts';
import { sharedChromium } from '../support/chromium.ts';
import { eventually } from '../support/eventually.ts';
import { ask, isLive, newestReply, openPage, showsStatus, showsText } from '../support/page.ts';

async function start(t: TestContext) {
  const context = await startTestApp(t);
  const page = await openPage(t, await sharedChromium());
  await page.goto(`${context.url}/bots`);
  return { ...context, page };
}

const COLOURS: Readonly<Record<string, string>> = { Gauss: 'orange' };

/** A page on which a conversation with a bot of the person's own is to be begun: the last of these. */
async function startWith(t: TestContext, names: readonly string[], options: BrowserContextOptions = {}) {
  const context = await startTestApp(t);
  const page = await openPage(t, await sharedChromium(), options);
  let path = '';
  for (const name of names) path = await makeBot(page, context.url, name, COLOURS[name]);
  await page.goto(context.url + path);
  return { ...context, page };
}

/** The hue of the ink that an element is drawn in. */
function inkOf(page: Page, selector: string): Promise<string> {
  return page
    .locator(selector)
    .evaluate(element => getComputedStyle(element).getPropertyValue('--hue').trim());
}

test('a bot begins in a colour that none has yet, is made, asked, changed, copied and deleted', async t => {
  const { page, url, upstream } = await start(t);
  const begun = () => page.locator('.inks__radio:checked').getAttribute('value');
  await page.getByRole('link', { name: 'New bot' }).click();
  await page.waitForURL('**/bots/new');
  assert.equal(await begun(), 'violet');
  await page.getByLabel('Name').fill('Quill');
  await page.getByRole('button', { name: 'Make this bot' }).click();
  await page.getByText('Say who the bot is').waitFor();
  assert.equal(await page.getByLabel('Name').inputValue(), 'Quill');
  assert.equal(await page.getByLabel('Instructions').getAttribute('aria-invalid'), 'true');
  await page.locator('#bot_instructions:focus').waitFor();
  await page.getByLabel('Instructions').fill('You are Quill.');
  await page.getByLabel('Emoji').fill('🪶');
  await page.getByRole('radio', { name: 'violet' }).check();
  await page.getByRole('button', { name: 'Make this bot' }).click();

  await page.getByRole('radio', { name: 'Quill' }).waitFor();
  assert.ok(await page.getByRole('radio', { name: 'Quill' }).isChecked());
  await page.getByRole('textbox', { name: 'Message' }).fill('One');
  await page.getByRole('button', { name: 'Send' }).click();
  const call = await upstream.nextCall();
  assert.equal(call.body.messages[0]?.content, 'You are Quill.');
  call.text('Hello');
  call.finish();
  await page.getByText('Hello').first().waitFor();
  assert.equal(await newestReply(page).locator('.mark').getAttribute('data-initial'), '🪶');

  await page.goto(`${url}/bots/new`);
  assert.equal(await begun(), 'red');
  await page.goto(`${url}/bots`);
  await page.getByRole('link', { name: 'Edit Quill' }).click();
  await page.getByLabel('Name').fill('Feather');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('link', { name: 'Copy Feather' }).click();
  assert.equal(await page.getByLabel('Name').inputValue(), 'Feather copy');
  await page.goto(`${url}/bots`);
  await page.getByRole('link', { name: 'Edit Feather' }).click();
  await page.getByText('Delete this bot…').click();
  await page.getByRole('button', { name: 'Yes, delete it' }).click();
  await page.getByText('A bot of your own has').waitFor();
  await page.goto(url);
  await newestReply(page).getByRole('heading', { name: 'Feather' }).waitFor();
});

test('one of many bots is chosen from a list, by the keyboard too, and the composer takes its ink', async t => {
  const { page, upstream } = await startWith(t, ['Quill', 'Gauss']);
  upstream.answerAll(call => {
    call.text(call.body.messages[0]?.content ?? '');
    call.finish();
  });
  await ask(page, 'One');
  await isLive(page);
  await showsText(page, 'You are Gauss.');
  await showsStatus(page, 'complete');
  const list = page.getByRole('combobox', { name: 'Who replies' });
  assert.equal(await list.locator('option:checked').innerText(), 'Gauss');
  assert.equal(await inkOf(page, '#composer'), '60');

  await page.getByRole('textbox', { name: 'Message' }).focus();
  await page.keyboard.press('Tab');
  await page.keyboard.type('Qu');
  assert.equal(await list.locator('option:checked').innerText(), 'Quill');
  assert.equal(await inkOf(page, '#composer'), '300');
  await ask(page, 'Two');
  await showsText(page, 'You are Quill.');
  assert.equal(await list.locator('option:checked').innerText(), 'Quill');
});

test('who is chosen from the list while an answer is on its way stays chosen, as after a reload what is half typed', async t => {
  const { page, upstream } = await startWith(t, ['Quill']);
  await page.getByText('ChatBot').click();
  upstream.answerAll(call => call.whole('A reply'));
  await ask(page, 'One');
  await isLive(page);
  await showsStatus(page, 'complete');
  const gate = Promise.withResolvers<void>();
  const sent = page.waitForRequest('**/messages');
  await page.route('**/messages', async route => {
    await gate.promise;
    await route.continue();
  });
  const list = page.getByRole('combobox', { name: 'Who replies' });
  await ask(page, 'Two');
  await sent;
  await list.selectOption('Quill');
  gate.resolve();
  await page.waitForFunction(() => document.querySelector('textarea')?.value === '');
  await page.locator('#composer:not([aria-busy=true])').waitFor();
  assert.equal(await list.locator('option:checked').innerText(), 'Quill');

  await page.getByRole('textbox', { name: 'Message' }).fill('Half a thought');
  await page.reload();
  await page.waitForFunction(() => document.querySelector('textarea')?.value === 'Half a thought');
  assert.equal(await list.locator('option:checked').innerText(), 'Quill');
});

test('a bot that is renamed has its new name at once; a question to one that was deleted stays, and goes to another', async t => {
  const { page, deps, upstream, url } = await startWith(t, ['Quill']);
  upstream.answerAll(call => call.whole(call.body.messages[0]?.content ?? ''));
  await ask(page, 'One');
  await isLive(page);
  await showsStatus(page, 'complete');
  const { id } = await deps.db
    .selectFrom('bots')
    .selectAll()
    .where('name', '=', 'Quill')
    .executeTakeFirstOrThrow();
  const form = { name: 'Feather', colour: 'violet', instructions: 'You are Quill.' };
  await page.request.post(`${url}/bots/${id}`, { form, maxRedirects: 0 });
  await newestReply(page).getByRole('heading', { name: 'Feather' }).waitFor();

  await deps.db.updateTable('bots').set({ deleted_at: 1 }).where('id', '=', id).execute();
  await ask(page, 'Two');
  await page.getByRole('status').getByText('Feather was deleted. Choose another bot.').waitFor();
  assert.equal(await page.getByRole('textbox', { name: 'Message' }).inputValue(), 'Two');
  assert.ok(await page.getByRole('radio', { name: 'ChatBot' }).isChecked());
  await page.keyboard.press('Enter');
  await showsText(page, 'You are ChatBot');
});

test('twenty bots leave the composer in sight, on every width', async t => {
  const { page, deps } = await startWith(t, ['Quill'], { viewport: { width: 320, height: 844 } });
  const { user_id } = await deps.db
    .selectFrom('bots')
    .selectAll()
    .where('name', '=', 'Quill')
    .executeTakeFirstOrThrow();
  const others = Array.from({ length: 16 }, (_, index) => ({
    id: `bot-${index}`,
    name: `Professor Balthasar Wimblehurst ${index}`,
    tagline: 'Knows a good deal of everything, and of some things more.',
    instructions: '-',
    colour: 'teal',
    position: 3,
    user_id,
  }));
  await deps.db.insertInto('bots').values(others).execute();
  for (const path of ['/sse', '/compare', '/bots', '/conversations/new']) {
    await page.goto(new URL(path, page.url()).href);
    for (const width of [320, 390, 1160]) {
      await page.setViewportSize({ width, height: 844 });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= width, `${path} is ${wide} pixels wide`);
      if (path !== '/conversations/new') continue;
      const field = await page.getByRole('textbox', { name: 'Message' }).boundingBox();
      assert.ok(field && field.y >= 0 && field.y + field.height <= 844, `${width}`);
    }
  }
});

test('of many bots, the one that a chat by event streams is with is in sight', async t => {
  const names = ['Quill', 'Gauss', 'Wimblehurst'];
  const { page, upstream } = await startWith(t, names, { viewport: { width: 390, height: 844 } });
  upstream.answerAll(call => call.whole('Hello'));
  await page.goto(new URL('/sse', page.url()).href);
  const bot = (name: string) => page.getByRole('link', { name, exact: true });
  const isInSight = (name: string) =>
    bot(name).evaluate(element => {
      const { left, right } = element.getBoundingClientRect();
      return left >= 0 && right <= innerWidth;
    });
  assert.ok(await isInSight('ChatBot'));
  assert.ok(!(await isInSight('Wimblehurst')));
  await bot('Wimblehurst').click();
  await page.locator('a[aria-current]', { hasText: 'Wimblehurst' }).waitFor();
  await eventually(() => isInSight('Wimblehurst'));
});

test('a click tests the connection, in place', async t => {
  const { page, url, upstream } = await start(t);
  upstream.answerAll(call => call.text('Hello'));
  await page.goto(`${url}/settings`);
  const button = page.getByRole('button', { name: 'Test the connection' });
  await button.click();
  await page.getByRole('status').getByText('It works').waitFor();
  assert.equal(page.url(), `${url}/settings`);
  upstream.answerAll(call => call.status(401));
  await button.click();
  await page.getByRole('status').getByText('does not accept the API key').waitFor();
});
