import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type RequestListener } from 'node:http';
import { type TestContext, test } from 'node:test';
import { closeAfter } from '../support/close-after.ts';
import { freePort } from '../support/free-port.ts';
import { startNginx } from '../support/nginx.ts';
import { FIRST, SECOND } from './scaled-out.ts';

/** What Docker gives a container to end. */
const STOP_MS = 10_000;

/** A server in the place of a web. @returns all that it is asked */
async function standIn(t: TestContext, host: string, port: number, answer: RequestListener) {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  });
  await once(server.listen(port, host), 'listening');
  closeAfter(t, () => {
    server.close();
    server.closeAllConnections();
  });
  return asked;
}

test('web hears for which host, from whom and how it was asked, and no claims of others', async t => {
  const port = await freePort();
  const asked = await standIn(t, FIRST, port, (_, response) => response.end());
  const { url } = await startNginx(t, port, [FIRST]);
  const claims = {
    'x-forwarded-for': '192.0.2.1',
    'x-forwarded-host': 'example.com',
    'x-request-id': 'another-one',
    upgrade: 'h2c',
  };
  const [response] = await once(get(`${url}/search?q=a%2Fb%20c`, { headers: claims }), 'response');
  response.resume();
  const { url: path, headers } = asked[0] ?? {};
  assert.equal(path, '/search?q=a%2Fb%20c');
  assert.equal(headers?.host, new URL(url).host);
  assert.equal(headers['x-forwarded-for'], '192.0.2.1, 127.0.0.1');
  assert.equal(headers['x-forwarded-proto'], 'http');
  assert.equal(headers['x-forwarded-host'], undefined);
  assert.match(String(headers['x-request-id']), /^[0-9a-f]{32}$/);
  assert.equal(headers.upgrade, undefined);
});

test('figures of the program are not for those outside', async t => {
  const port = await freePort();
  const asked = await standIn(t, FIRST, port, (_, response) => response.end('figures'));
  const { url } = await startNginx(t, port, [FIRST]);
  for (const path of ['/metrics', '/metrics/', '/%6Detrics', '//metrics'])
    assert.equal((await fetch(url + path)).status, 404);
  assert.equal(asked.length, 0);
});

test('an asset that one web does not know is asked of the other, a page is not', async t => {
  const port = await freePort();
  await standIn(t, FIRST, port, (_, response) => response.writeHead(404).end('unknown'));
  await standIn(t, SECOND, port, (_, response) => response.end('known'));
  const { url } = await startNginx(t, port, [FIRST, SECOND]);
  for (let visit = 0; visit < 20; visit++)
    assert.equal(await (await fetch(`${url}/assets/application.js`)).text(), 'known');
  const pages = await Promise.all(Array.from({ length: 20 }, async () => (await fetch(`${url}/`)).status));
  assert.ok(pages.includes(404));
});

test('a post that a web has taken and not answered is not given to another', async t => {
  const port = await freePort();
  const cut: RequestListener = (request, response) => request.on('end', () => response.destroy()).resume();
  const asked = await Promise.all([standIn(t, FIRST, port, cut), standIn(t, SECOND, port, cut)]);
  const { url } = await startNginx(t, port, [FIRST, SECOND]);
  assert.equal((await fetch(`${url}/conversations`, { method: 'POST', body: 'content=One' })).status, 503);
  assert.equal(asked.flat().length, 1);
});

test('where there is no web, a sentence says that it is only for a moment', async t => {
  const { url } = await startNginx(t, await freePort(), []);
  const answer = await fetch(url);
  assert.equal(answer.status, 503);
  assert.equal(answer.headers.get('retry-after'), '5');
  assert.match(await answer.text(), /Parley is away for a moment\./);
});

test('the proxy ends in time, although answers go on for ever', async t => {
  const port = await freePort();
  await standIn(t, FIRST, port, (_, response) => response.write('begun'));
  const { url, quit } = await startNginx(t, port, [FIRST]);
  const answer = await fetch(url);
  const start = performance.now();
  const cut = assert.rejects(answer.text());
  await quit();
  await cut;
  assert.ok(performance.now() - start < STOP_MS);
});
