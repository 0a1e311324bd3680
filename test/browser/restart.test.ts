import assert from 'node:assert/strict';
import test from 'node:test';
import { sharedChromium } from '../support/chromium.ts';
import { freePort } from '../support/free-port.ts';
import { install } from '../support/installation.ts';
import {
  ask,
  isLive,
  markDocument,
  newestReply,
  openPage,
  openTab,
  showsStatus,
  showsText,
} from '../support/page.ts';
import { startServer } from '../support/server-process.ts';
import { startUpgradeStrippingProxy } from '../support/upgrade-stripping-proxy.ts';

const TAKEOVER_MS = 20_000;

test('after a crash in mid-reply the open page comes back by itself and shows what was saved, also by event streams', async t => {
  const { upstream, environment } = await install(t, { PORT: String(await freePort()) });
  const server = await startServer(t, environment);
  const page = await openPage(t, await sharedChromium());
  await page.goto(server.url);
  await ask(page, 'One');
  await isLive(page);
  const isSame = await markDocument(page);
  (await upstream.nextCall()).text('Saved before the crash');
  await showsText(page, 'Saved before the crash');
  const office = await startUpgradeStrippingProxy(t, server.url);
  const tab = await openTab(t, page);
  await tab.goto(page.url().replace(server.url, office.url)); // cookies know no ports
  await isLive(tab);
  assert.ok(office.streams > 0);
  const isSameTab = await markDocument(tab);

  server.kill('SIGKILL');
  await server.exited;
  await startServer(t, environment);
  for (const each of [page, tab])
    await each.locator('#messages > article[data-status=interrupted]').waitFor({ timeout: TAKEOVER_MS });
  assert.match(
    await newestReply(page).innerText(),
    /Saved before the crash\s+The writing of this reply broke off\./,
  );
  assert.ok((await isSame()) && (await isSameTab()));

  await page.getByRole('button', { name: 'Continue' }).click();
  const rest = await upstream.nextCall();
  rest.text(', and written after it');
  rest.finish();
  await showsStatus(page, 'complete');
  await showsText(page, 'Saved before the crash, and written after it');
});
