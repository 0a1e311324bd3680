import assert from 'node:assert/strict';
import test from 'node:test';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { eventually } from '../support/eventually.ts';
import { anchors, scriptUsing } from './guide.ts';
import { converse, openStockPage } from './stock-page.ts';

// The scripts for elements are those that elements.test.ts and healing.test.ts run.
for (const name of ['@rails/actioncable', 'createCable().subscribeTo']) {
  test(`the guide's script with ${name} logs what is there, and then each frame`, async t => {
    const { url, upstream } = await startTestApp(t);
    const { page } = await openStockPage(t, await sharedChromium(), scriptUsing(name));
    const logged: string[] = [];
    page.on('console', message => logged.push(message.text()));
    const conversation = await converse(page, url);
    const call = await upstream.nextCall();
    await page.goto(conversation);
    await eventually(() => logged.some(html => /"caught_up"/.test(html)));
    assert.match(logged.join(''), /One/);
    call.text('An answer');
    await eventually(() => logged.some(html => /An answer/.test(html)));
  });
}

test('every heading that the guide points to is there', () => {
  assert.ok(anchors.wanted.length > 0);
  for (const anchor of anchors.wanted) assert.ok(anchors.offered.includes(anchor), anchor);
});
