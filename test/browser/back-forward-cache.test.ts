import assert from 'node:assert/strict';
import { createServer, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import test, { type TestContext } from 'node:test';
import { chromium } from 'playwright-core';
import { startTestApp } from '../support/app.ts';
import { launchOptionsOfWhole } from '../support/launch-options.ts';
import { ask, isLive, markDocument, openPage, showsStatus, showsText } from '../support/page.ts';
import { isSaved } from '../support/rows.ts';

/** Chromium keeps no page with a connection that forbids it to be stored; other browsers do, so it is not told here. */
async function startForgetfulProxy(t: TestContext, url: string): Promise<string> {
  const { port } = new URL(url);
  const proxy = createServer((asked, answer) => {
    const { url: path, method, headers } = asked;
    const onward = request({ host: '127.0.0.1', port, path, method, headers }, answered => {
      const { 'cache-control': _, ...others } = answered.headers;
      answer.writeHead(answered.statusCode ?? 502, others);
      answered.pipe(answer);
    });
    asked.pipe(onward);
  });
  proxy.on('upgrade', ({ url: path, headers }, socket) => {
    const onward = connect(Number(port), '127.0.0.1');
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    onward.write(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
    onward.pipe(socket).pipe(onward);
    for (const [one, other] of [
      [onward, socket],
      [socket, onward],
    ] as const) {
      one.on('error', () => one.destroy());
      one.on('close', () => other.destroy());
    }
  });
  t.after(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}

test('a page that the browser kept whole is live again, and right, when its reader comes back', async t => {
  const { url, upstream, deps } = await startTestApp(t);
  const keeping = { ...launchOptionsOfWhole(), ignoreDefaultArgs: ['--disable-back-forward-cache'] };
  const browser = await chromium.launch(keeping);
  t.after(() => browser.close());
  const page = await openPage(t, browser);
  await page.goto(await startForgetfulProxy(t, url));
  await ask(page, 'One');
  await isLive(page);
  const call = await upstream.nextCall();
  call.text('First.');
  await showsText(page, 'First.');
  // A page that began with a post or a visit of Turbo's is kept as well, but not by each version of Chromium.
  await page.reload();
  await isLive(page);
  const isSame = await markDocument(page);
  const { pathname } = new URL(page.url());

  await page.goto(`${url.replace('127.0.0.1', 'localhost')}/up`);
  call.text(' Second.');
  await isSaved(deps.db, pathname, 'Second.');
  await page.goBack({ waitUntil: 'commit' });
  await showsText(page, 'First. Second.');
  assert.ok(await isSame(), 'the page was loaded anew');
  call.text(' Third.');
  await showsText(page, 'First. Second. Third.');
  call.finish();
  await showsStatus(page, 'complete');
});
