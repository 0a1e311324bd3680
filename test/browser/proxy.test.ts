import assert from 'node:assert/strict';
import test from 'node:test';
import { FIRST, replyIn, SECOND, scaleOut } from '../deployment/scaled-out.ts';
import { sharedChromium } from '../support/chromium.ts';
import {
  ask,
  isLive,
  markDocument,
  openPage,
  openTab,
  shownMessages,
  showsStatus,
  showsText,
} from '../support/page.ts';
import { Visitor } from '../support/visitor.ts';

test('through the proxy, every tab sees a reply as it is written, also where their web is replaced meanwhile', async t => {
  const { nginx, upstream, first } = await scaleOut(t);
  await nginx.sendTo(FIRST);
  const page = await openPage(t, await sharedChromium());
  await page.goto(nginx.url);
  await ask(page, 'One');
  const call = await upstream.nextCall();
  await isLive(page);
  const tab = await openTab(t, page);
  await tab.goto(page.url());
  await isLive(tab);
  const isSame = await markDocument(page);
  call.text('Before, ');
  await Promise.all([showsText(page, 'Before,'), showsText(tab, 'Before,')]);

  await nginx.sendTo(FIRST, SECOND);
  first.kill('SIGTERM');
  assert.deepEqual(await first.exited, { code: 0, signal: null });
  call.text('meanwhile, ');
  await Promise.all([showsText(page, 'Before, meanwhile,'), showsText(tab, 'Before, meanwhile,')]);
  call.text('and after');
  await showsText(page, 'Before, meanwhile, and after');
  await page.getByRole('button', { name: 'Stop' }).click();
  await call.closed;
  await Promise.all([showsStatus(page, 'stopped'), showsStatus(tab, 'stopped')]);
  assert.equal(await shownMessages(page), await shownMessages(tab));
  assert.ok(await isSame());

  const visitor = new Visitor(nginx.url);
  visitor.cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  const path = new URL(page.url()).pathname;
  assert.equal(await replyIn(visitor, path), 'Before, meanwhile, and after');
});
