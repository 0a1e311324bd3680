import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import test, { type TestContext } from 'node:test';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { eventually } from '../support/eventually.ts';
import { ask, isLive, openPage, showsStatus, showsText } from '../support/page.ts';

async function openNew(t: TestContext, options = {}) {
  const context = await startTestApp(t);
  const page = await openPage(t, await sharedChromium(), options);
  await page.goto(`${context.url}/conversations/new`);
  const field = page.getByRole('textbox', { name: 'Message' });
  const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  return { ...context, page, field, dialog };
}

test('the keys are listed in a dialog, which gives the focus back', async t => {
  const { page, field, dialog } = await openNew(t);
  await field.fill('Half');
  await page.keyboard.press('Control+/');
  await dialog.waitFor();
  await dialog.getByText('Copy the last reply').waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  assert.equal(await field.evaluate(element => element === document.activeElement), true);

  await page.keyboard.press('?');
  assert.equal(await field.inputValue(), 'Half?', 'whoever types wants the letter');
  const link = page.getByRole('link', { name: 'Keyboard shortcuts' });
  await link.focus();
  await page.keyboard.press('?');
  await dialog.waitFor();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await dialog.waitFor({ state: 'hidden' });
  assert.equal(await link.evaluate(element => element === document.activeElement), true);

  await link.click();
  await dialog.waitFor();
  await page.mouse.click(5, 5);
  await dialog.waitFor({ state: 'hidden' });
});

test('the dialog of the keys begins at its heading', async t => {
  const { page, dialog } = await openNew(t);
  await page.getByRole('link', { name: 'Keyboard shortcuts' }).click();
  await dialog.getByRole('heading').and(page.locator(':focus')).waitFor();
});

test('on a Mac the keys are called as they are there', async t => {
  const userAgent = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15';
  const { page, url } = await openNew(t, { userAgent });
  await page.goto(`${url}/shortcuts`);
  const keys = await page.locator('.shortcuts dd').first().locator('kbd').allTextContents();
  assert.deepEqual(keys, ['⌘', '⇧', 'O']);
});

test('the list of the keys is what the elements of the pages declare', async t => {
  const { page, url } = await openNew(t);
  await page.goto(`${url}/shortcuts`);
  const listed = await page
    .locator('.shortcuts dd')
    .evaluateAll(all => all.map(dd => [...dd.children].map(key => key.textContent).join('+')));
  const views = new URL('../../views/', import.meta.url);
  const declared = new Set<string>();
  for (const file of await readdir(views, { recursive: true })) {
    if (!file.endsWith('.eta')) continue;
    const template = await readFile(new URL(file, views), 'utf8');
    for (const [, keys = ''] of template.matchAll(/aria-keyshortcuts="([^"]+)"/g))
      for (const each of keys.split(' '))
        if (!each.startsWith('Meta+')) declared.add(each.replace('Control', 'Ctrl'));
  }
  assert.deepEqual(listed.sort(), [...declared].sort());
});

test('keys stop the reply, copy the last one, lead to the composer, and to a new conversation', async t => {
  const permissions = ['clipboard-read', 'clipboard-write'];
  const { page, field, upstream } = await openNew(t, { permissions });
  await ask(page, 'One');
  await isLive(page);
  const call = await upstream.nextCall();
  call.text('Some *text*');
  await showsText(page, 'text');
  await page.keyboard.press('Control+.');
  await showsStatus(page, 'stopped');
  await call.closed;

  await page.keyboard.press('Control+;');
  await eventually(async () => (await page.evaluate(() => navigator.clipboard.readText())) === 'Some *text*');

  await page.getByRole('link', { name: 'Settings' }).focus();
  await page.keyboard.press('m');
  assert.equal(await field.evaluate(element => element === document.activeElement), true);
  assert.equal(await field.inputValue(), '');

  await page.keyboard.press('Control+Shift+O');
  await page.waitForURL('**/conversations/new');
});

test('keys lead to the search, also where it is in the drawer', async t => {
  const { page } = await openNew(t);
  const search = page.locator('#search_field');
  await page.keyboard.press('Control+k');
  await page.locator('#search_field:focus').waitFor();
  await page.getByRole('link', { name: 'Settings' }).focus();
  await page.keyboard.press('/');
  await page.locator('#search_field:focus').waitFor();
  assert.equal(await search.inputValue(), '');
  await page.setViewportSize({ width: 390, height: 844 });
  await search.waitFor({ state: 'hidden' });
  await page.keyboard.press('Control+k');
  await page.locator('#search_field:focus').waitFor();
  assert.ok(await search.isVisible());
});

test('keys that stand alone can be switched off, for every page from then on', async t => {
  const { page, url, dialog } = await openNew(t);
  await page.goto(`${url}/settings`);
  await page.getByRole('button', { name: 'Off' }).click();
  await page.locator('button:focus[aria-pressed=true]', { hasText: 'Off' }).waitFor();
  await page.getByRole('link', { name: 'New conversation' }).click();
  await page.waitForURL('**/conversations/new');
  const link = page.getByRole('link', { name: 'Keyboard shortcuts' });
  await link.focus();
  for (const key of ['/', 'm', '?']) await page.keyboard.press(key);
  assert.ok(await link.evaluate(element => element === document.activeElement));
  await page.keyboard.press('Control+/');
  await dialog.waitFor();
  await page.keyboard.press('Escape');

  await page.goto(`${url}/settings`);
  await page.getByRole('button', { name: 'On', exact: true }).click();
  await page.locator('button:focus[aria-pressed=true]', { hasText: 'On' }).waitFor();
  await page.keyboard.press('/');
  await page.locator('#search_field:focus').waitFor();
});
