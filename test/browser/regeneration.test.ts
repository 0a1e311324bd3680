import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { BrowserContextOptions } from 'playwright-core';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { askByRequest, showConversation } from '../support/conversation-page.ts';
import { hasEnded, isLive, newestReply, openPage, showsText } from '../support/page.ts';

const ANOTHER = 'Regenerate with another bot or model';
const FAILURE = 'This did not get through to the server. Try again in a moment.';
/** What Chromium and Turbo say of a request that failed, or was refused. */
const EXPECTED = /WebSocket connection to|Failed to load resource|FetchResponse/;

/** A page that shows a question and ChatBot's reply. */
async function openReply(
  t: TestContext,
  options?: BrowserContextOptions,
  environment?: Readonly<Record<string, string>>,
) {
  const app = await startTestApp(t, environment);
  const { upstream } = app;
  const page = await openPage(t, await sharedChromium(), options, EXPECTED);
  await showConversation(page, app, [['One', 'Plainly.']]);
  const answer = async (text: string) => {
    const call = await upstream.nextCall();
    call.text(text);
    call.finish();
    await showsText(page, text);
    await hasEnded(page);
    return call;
  };
  await newestReply(page).hover();
  return { ...app, page, answer };
}

test('a dialog has a reply written by another bot with another model, and the next with the bot’s own', async t => {
  const { page, answer } = await openReply(t);
  const dialog = page.getByRole('dialog', { name: 'Another reply to this question' });
  const link = page.getByRole('link', { name: ANOTHER });
  await link.press('Enter');
  await dialog.waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  await page.waitForFunction(name => document.activeElement?.getAttribute('title') === name, ANOTHER);

  await link.press('Enter');
  await dialog.getByText('PirateBot').click();
  await dialog.getByLabel('Model').fill('another-model');
  await dialog.getByLabel('Model').press('Enter');
  await dialog.waitFor({ state: 'hidden' });
  const { body } = await answer('Arr.');
  assert.equal(body.model, 'another-model');
  assert.match(body.messages[0]?.content ?? '', /pirate/);
  await newestReply(page).getByRole('heading', { name: 'PirateBot' }).waitFor();
  await newestReply(page).getByText('2/2').waitFor();

  await newestReply(page).hover();
  await link.click();
  assert.equal(await dialog.getByLabel('Model').inputValue(), 'another-model');
  await dialog.getByLabel('Model').fill('');
  await dialog.getByRole('button', { name: 'Regenerate' }).click();
  assert.equal((await answer('Arr again.')).body.model, 'scripted');
});

test('whoever replies anew is chosen for what comes next, and what is typed stays', async t => {
  const { page, answer } = await openReply(t);
  await isLive(page);
  const field = page.getByRole('textbox', { name: 'Message' });
  await field.fill('Half typed');
  await page.getByRole('link', { name: ANOTHER }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Another reply to this question' });
  await dialog.getByText('PirateBot').click();
  await dialog.getByRole('button', { name: 'Regenerate' }).click();
  await answer('Arr.');
  assert.ok(await page.locator('#composer').getByRole('radio', { name: 'PirateBot' }).isChecked());
  assert.equal(await field.inputValue(), 'Half typed');
});

test('a model’s name that cannot be one is refused in the dialog', async t => {
  const { page } = await openReply(t);
  await page.getByRole('link', { name: ANOTHER }).click();
  const field = page.getByRole('dialog').getByLabel('Model');
  await field.fill('x'.repeat(201));
  await field.press('Enter');
  await page.getByRole('alert').getByText('too long for the name of a model').waitFor();
  await newestReply(page).getByText('Plainly.').waitFor();
});

test('what comes too often, or does not get through, is said in the dialog, which stays', async t => {
  const { page, url } = await openReply(t, {}, { ASKS_PER_MINUTE: '1' });
  await askByRequest(page, url, 'Two');
  const dialog = page.getByRole('dialog', { name: 'Another reply to this question' });
  await page.getByRole('link', { name: ANOTHER }).click();
  await dialog.getByLabel('Model').press('Enter');
  await dialog.getByRole('alert').getByText('You have asked more than 1 question in a minute.').waitFor();
  await page.route('**/regeneration', route => route.abort());
  await dialog.getByLabel('Model').press('Enter');
  await dialog.getByRole('alert').getByText(FAILURE).waitFor();
});

test('a dialog that does not come says why', async t => {
  const { page, deps } = await openReply(t);
  const link = page.getByRole('link', { name: ANOTHER });
  await page.route('**/regeneration', route => route.abort(), { times: 1 });
  await link.click();
  const failed = page.getByRole('status').getByText(FAILURE);
  await failed.waitFor();
  await link.click();
  await page.getByRole('dialog', { name: 'Another reply to this question' }).waitFor();
  await failed.waitFor({ state: 'detached' });
  await page.keyboard.press('Escape');

  await deps.db.deleteFrom('messages').where('role', '=', 'assistant').execute();
  await link.click();
  await page.getByRole('dialog', { name: 'There is no such message.' }).waitFor();
});
