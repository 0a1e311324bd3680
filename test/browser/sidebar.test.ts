import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { startTestApp } from '../support/app.ts';
import { launchChromium } from '../support/chromium.ts';
import { ask, isLive, openPage, showsStatus } from '../support/page.ts';

/** A person's page, live on the newest of several conversations. */
async function openConversations(t: TestContext, count: number) {
  const { url, upstream } = await startTestApp(t);
  upstream.answerAll(call => {
    call.text('A reply');
    call.finish();
  });
  const page = await openPage(t, await launchChromium(t));
  for (let i = 1; i < count; i++) {
    await page.request.post(`${url}/conversations`, { form: { content: `Number ${i}` }, maxRedirects: 0 });
  }
  await page.goto(`${url}/conversations/new`);
  await ask(page, `Number ${count}`);
  await isLive(page);
  await showsStatus(page, 'complete');
  const link = (i: number) => page.getByRole('link', { name: `Number ${i}`, exact: true });
  const listTop = () => page.locator('.sidebar').evaluate(({ scrollTop }) => scrollTop);
  return { page, link, listTop };
}

test('deleting another conversation leaves the page, and what is typed, as it is', async t => {
  const { page, link } = await openConversations(t, 2);
  await page.getByRole('textbox', { name: 'Message' }).fill('Half a sen');
  const shown = page.url();
  page.on('dialog', dialog => void dialog.accept());
  await page.getByRole('button', { name: 'Delete “Number 1”' }).click();
  await link(1).waitFor({ state: 'detached' });
  assert.equal(page.url(), shown);
  assert.equal(await page.getByRole('textbox', { name: 'Message' }).inputValue(), 'Half a sen');
});

test('the list of conversations stays where it was scrolled to over visits', async t => {
  const { page, link, listTop } = await openConversations(t, 40);
  await link(8).scrollIntoViewIfNeeded();
  const before = await listTop();
  assert.ok(before > 0);
  await link(8).click();
  await page.getByRole('heading', { level: 1, name: 'Number 8' }).waitFor();
  assert.equal(await listTop(), before);
});

test('the list of conversations begins where it shows the current one', async t => {
  const { page, link, listTop } = await openConversations(t, 40);
  await link(3).click();
  await page.getByRole('heading', { level: 1, name: 'Number 3' }).waitFor();
  await page.reload();
  await page.waitForFunction(() => (document.querySelector('.sidebar')?.scrollTop ?? 0) > 0);
  const box = await link(3).boundingBox();
  assert.ok(
    box && box.y > 0 && box.y + box.height <= (page.viewportSize()?.height ?? 0),
    `${await listTop()}`,
  );
});
