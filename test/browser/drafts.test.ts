import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { startTestApp } from '../support/app.ts';
import { makeBot } from '../support/bots.ts';
import { sharedChromium } from '../support/chromium.ts';
import { ask, isLive, openPage, openTab, showsStatus } from '../support/page.ts';

test('what is half typed survives a reload and a look elsewhere, and is gone once it is sent', async t => {
  const { url, upstream } = await startTestApp(t);
  upstream.answerAll(call => call.whole('A reply'));
  const page = await openPage(t, await sharedChromium());
  const field = page.getByRole('textbox', { name: 'Message' });
  await page.goto(`${url}/conversations/new`);
  await page.getByText('PirateBot', { exact: true }).click();
  await field.fill('Half a question');
  await page.reload();
  assert.equal(await field.inputValue(), 'Half a question');
  assert.ok(await page.getByRole('radio', { name: 'PirateBot' }).isChecked());

  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Dark' }).click();
  await page.locator('html[data-theme=dark]').waitFor();
  await page.getByRole('link', { name: 'New conversation' }).click();
  await page.waitForURL('**/conversations/new');
  assert.equal(await field.inputValue(), 'Half a question');

  await ask(page, 'A whole question');
  await isLive(page);
  await showsStatus(page, 'complete');
  await field.fill('Another half');
  await page.reload();
  assert.equal(await field.inputValue(), 'Another half');
  await field.press('Enter');
  await page.locator('[data-role=user]', { hasText: 'Another half' }).waitFor();
  await page.reload();
  assert.equal(await field.inputValue(), '');
});

const INSTRUCTIONS = 'You are Quill.';

/** A page with the form of a bot that is there already. */
async function openBot(t: TestContext) {
  const { url } = await startTestApp(t);
  const page = await openPage(t, await sharedChromium());
  const name = page.getByLabel('Name');
  const instructions = page.getByLabel('Instructions');
  await makeBot(page, url, 'Quill');
  await page.goto(`${url}/bots`);
  await page.getByRole('link', { name: 'Edit Quill' }).click();
  await page.waitForURL('**/bots/*');
  return { url, page, name, instructions, offer: page.getByRole('button', { name: 'Bring it back' }) };
}

test('what is typed about a bot survives a refusal, a reload and a look elsewhere, and is gone once it is saved', async t => {
  const { url } = await startTestApp(t);
  const page = await openPage(t, await sharedChromium());
  const name = page.getByLabel('Name');
  const temperature = page.getByLabel('Temperature');
  await page.goto(`${url}/bots/new`);
  await name.fill('Quill');
  await page.getByRole('radio', { name: 'olive' }).check();
  await page.getByText('Model and length').click();
  await temperature.fill('warm');
  await page.reload();
  await page.waitForFunction(() => document.querySelector<HTMLInputElement>('#bot_name')?.value === 'Quill');
  assert.ok(await page.getByRole('radio', { name: 'olive' }).isChecked());
  assert.equal(await temperature.inputValue(), 'warm');
  assert.ok(await temperature.isVisible());

  await page.getByRole('button', { name: 'Make this bot' }).click();
  await page.getByText('Say who the bot is').waitFor();
  await page.getByLabel('Instructions').fill(INSTRUCTIONS);
  await page.reload();
  await page.waitForFunction(() => document.querySelector<HTMLInputElement>('#bot_name')?.value === 'Quill');
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.waitForURL('**/settings');
  await page.goBack();
  await page.waitForFunction(() => document.querySelector<HTMLInputElement>('#bot_name')?.value === 'Quill');
  assert.equal(await page.getByLabel('Instructions').inputValue(), INSTRUCTIONS);

  await temperature.fill('0.7');
  await page.getByRole('button', { name: 'Make this bot' }).click();
  await page.waitForURL('**/conversations/new?bot=*');
  await page.goto(`${url}/bots/new`);
  assert.equal(await name.inputValue(), '');
  assert.equal(await page.getByRole('button', { name: 'Bring it back' }).count(), 0);
});

test('what was typed about a bot that was changed elsewhere is offered, and takes no place by itself', async t => {
  const { page, name, instructions, offer } = await openBot(t);
  await instructions.fill('You are a quill, and sharp.');
  const tab = await openTab(t, page);
  await tab.goto(page.url());
  await tab.getByLabel('Name').fill('Feather');
  await tab.getByRole('button', { name: 'Save' }).click();
  await tab.waitForURL('**/bots');

  await page.reload();
  await offer.waitFor();
  assert.equal(await name.inputValue(), 'Feather');
  assert.equal(await instructions.inputValue(), INSTRUCTIONS);
  await offer.click();
  await offer.waitFor({ state: 'hidden' });
  assert.equal(await name.inputValue(), 'Quill');
  assert.equal(await instructions.inputValue(), 'You are a quill, and sharp.');
  await page.getByRole('link', { name: 'Cancel' }).click();
  await page.getByRole('link', { name: 'Edit Feather' }).click();
  await page.waitForURL('**/bots/*');
  assert.equal(await instructions.inputValue(), INSTRUCTIONS);
});

test('what was typed about a bot that was deleted elsewhere waits where a new one is made', async t => {
  const { url, page, instructions, offer } = await openBot(t);
  await instructions.fill('You are a quill, and sharp.');
  const tab = await openTab(t, page);
  await tab.goto(page.url());
  await tab.getByText('Delete this bot…').click();
  await tab.getByRole('button', { name: 'Yes, delete it' }).click();
  await tab.waitForURL('**/bots');

  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('404').waitFor();
  await page.goto(`${url}/bots/new`);
  await offer.click();
  assert.equal(await instructions.inputValue(), 'You are a quill, and sharp.');
});
