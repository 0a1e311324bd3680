import assert from 'node:assert/strict';
import test from 'node:test';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { startCuttableProxy } from '../support/cuttable-proxy.ts';
import { openPage } from '../support/page.ts';

const PATHS = ['/v1/completions/live_stream?prompt=Hi', '/chat'];

for (const path of PATHS) {
  test(`${path}, cut before its first event, is not asked for a second time`, async t => {
    const { url, upstream } = await startTestApp(t);
    const proxy = await startCuttableProxy(t, url);
    const page = await openPage(t, await sharedChromium());
    await page.goto(`${proxy.url}/conversations/new`);
    const source = await page.evaluateHandle(path => new EventSource(path), path);
    const state = (name: 'CONNECTING' | 'OPEN' | 'CLOSED') =>
      page.waitForFunction(([source, name]) => source.readyState === EventSource[name], [
        source,
        name,
      ] as const);

    await upstream.nextCall();
    await state('OPEN');
    proxy.cut();
    await state('CONNECTING');
    proxy.mend();
    await state('CLOSED');
    assert.equal(upstream.calls, 1);
  });
}
