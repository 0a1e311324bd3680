import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { after, type TestContext, test } from 'node:test';
import { openStream, WAYS } from '../event-streams/reading.ts';
import { CableClient } from '../support/cable-client.ts';
import { eventually } from '../support/eventually.ts';
import { startNginx } from '../support/nginx.ts';
import { startRedis } from '../support/redis.ts';
import { Visitor } from '../support/visitor.ts';
import { FIRST, follow, replyIn, SECOND, scaleOut, THIRD, talk } from './scaled-out.ts';

const PINGS_SECONDS = 12;
const CHUNKS = ['One', ' word', ' after', ' another'];

/** In a frame and in a page: the reply has ended. */
const COMPLETE = /data-role="assistant" data-status="complete"/;

const shared = await scaleOut({ after });
const { nginx, upstream } = shared;

test('a reply comes through as it is written: each chunk is seen before the model sends the next', async t => {
  const conversation = await talk(nginx.url);
  const call = await upstream.nextCall();
  const client = await follow(t, nginx.url, conversation);
  for (const chunk of CHUNKS) {
    call.text(chunk);
    await eventually(() => client.frames.some(frame => frame.includes(chunk.trim())));
  }
  call.finish();
  await eventually(() => client.frames.some(frame => COMPLETE.test(frame)));
  assert.equal(await replyIn(conversation.visitor, conversation.path), CHUNKS.join(''));
});

for (const way of WAYS) {
  test(`so does an event stream: ${way.name}`, async t => {
    const stream = await openStream(t, ...way.request(nginx.url, 'One'));
    assert.equal(stream.response.headers.get('content-encoding'), null);
    const call = await upstream.nextCall();
    let whole = '';
    for (const chunk of CHUNKS) {
      whole += chunk;
      call.text(chunk);
      assert.equal(await stream.next(), way.text(whole, chunk));
    }
    call.finish();
    assert.deepEqual(await stream.rest(), [way.end]);
  });
}

test('so do the event stream that stands in for a WebSocket, and the page that grows without scripts', async t => {
  const { visitor, path, signed } = await talk(nginx.url);
  const call = await upstream.nextCall();
  const frames = await read(t, visitor, `/cable/events?${new URLSearchParams({ stream: signed })}`);
  const page = await read(t, visitor, `${path}?live=1`);
  for (const text of ['A first paragraph.\n\n', 'A second one.\n\n', 'A third.\n\n']) {
    call.text(text);
    await eventually(() => [frames, page].every(({ text: read }) => read.includes(text.trim().slice(2))));
  }
  call.finish();
  await eventually(() => page.response.complete);
});

test('who asks at one web hears the answer at another: neither keeps anything that the other lacks', async t => {
  const conversation = await talk(nginx.url);
  const { visitor, path } = conversation;
  (await upstream.nextCall()).whole('Reply one');
  await nginx.sendTo(FIRST);
  const client = await follow(t, nginx.url, conversation);

  await nginx.sendTo(SECOND);
  assert.equal((await visitor.post(`${path}/messages`, { content: 'Two', bot: 'ChatBot' })).status, 303);
  const line = new RegExp(`^POST ${path}/messages ${SECOND}:`);
  await eventually(() => nginx.served().some(served => line.test(served)));
  await eventually(() => client.frames.some(frame => frame.includes('Two')));
  const call = await upstream.nextCall();
  call.text('Reply two');
  await eventually(() => client.frames.some(frame => frame.includes('Reply two')));
  call.finish();
  await eventually(() => client.frames.some(frame => COMPLETE.test(frame)));
  await nginx.sendTo(FIRST, SECOND);
});

test('a post and a socket are taken from the page that the proxy shows, and from no other', async t => {
  const { visitor, path } = await talk(nginx.url);
  (await upstream.nextCall()).whole('Reply one');
  const question = { content: 'Two', bot: 'ChatBot' };
  await eventually(async () => COMPLETE.test((await visitor.get(path)).body));
  const other = await visitor.post(`${path}/messages`, question, { origin: 'http://example.com' });
  assert.equal(other.status, 403);
  const own = await visitor.post(`${path}/messages`, question, { origin: nginx.url });
  assert.equal(own.status, 303);
  (await upstream.nextCall()).whole('Reply two');
  const headers = { cookie: visitor.cookie, origin: 'http://example.com' };
  await assert.rejects(CableClient.connect(t, nginx.url, headers), /403/);
});

test('what is too long is said in words, by the program where it can be', async () => {
  const visitor = new Visitor(nginx.url);
  await visitor.get('/');
  const direct = new Visitor(shared.first.url);
  direct.cookie = visitor.cookie;
  for (const characters of [100_000, 2_000_000]) {
    const form = { content: 'x'.repeat(characters), bot: 'ChatBot' };
    const through = await visitor.post('/conversations', form);
    const without = await direct.post('/conversations', form);
    assert.deepEqual([through.status, noticeIn(through.body)], [without.status, noticeIn(without.body)]);
    assert.equal(through.status, 422);
  }
  const more = await visitor.post('/conversations', { content: 'x'.repeat(3_000_000), bot: 'ChatBot' });
  assert.equal(more.status, 413);
  assert.match(more.body, /This is more than the server takes at once\./);
  const long = await visitor.get(`/v1/completions/live_stream?prompt=${'x'.repeat(20_000)}`);
  assert.equal(long.status, 414);
  assert.match(long.body, /Send it to \/chat by POST/);
});

test('a cookie is for TLS alone where a proxy in front says that there is TLS', async () => {
  const plain = await new Visitor(nginx.url).get('/');
  assert.doesNotMatch(plain.headers.get('set-cookie') ?? '', /Secure/);
  const secure = await new Visitor(nginx.url).get('/', { 'x-forwarded-proto': 'https' });
  assert.match(secure.headers.get('set-cookie') ?? '', /Secure/);
});

test('a new web is found, and one that is gone costs nobody an answer', async () => {
  const { visitor, path } = await talk(nginx.url);
  (await upstream.nextCall()).whole('Reply one');
  const third = await shared.startWeb(THIRD);
  await nginx.sendTo(THIRD);
  assert.equal((await visitor.get(path)).status, 200);

  // As while a name server still tells of it.
  await nginx.sendTo(SECOND, THIRD);
  third.kill('SIGKILL');
  await third.exited;
  for (let visit = 0; visit < 20; visit++) assert.equal((await visitor.get(path)).status, 200);
  for (let visit = 0; visit < 5; visit++)
    assert.equal((await visitor.post(`${path}/title`, { title: `Title ${visit}` })).status, 303);
  await nginx.sendTo(FIRST, SECOND);
});

test('who sends no cookie is counted by the address that the proxy saw, whatever they claim', async t => {
  const { url: REDIS_URL } = await startRedis(t);
  const web = await shared.startWeb(THIRD, { ASKS_PER_MINUTE: '2', REDIS_URL });
  const { url } = await startNginx(t, shared.port, [THIRD]);
  let claims = 0;
  const ask = async () => {
    const headers = { 'x-forwarded-for': `192.0.2.${++claims}` };
    return (await new Visitor(url).post('/conversations', { content: 'One' }, headers)).status;
  };
  assert.deepEqual([await ask(), await ask()], [303, 303]);
  // A busy Redis may not count in time; the question counts all the same.
  const letThrough = () => web.output.stdout.match(/could not be counted, and is let through/g)?.length ?? 0;
  for (let uncounted = 1; (await ask()) !== 429; uncounted++)
    await eventually(() => letThrough() >= uncounted);
});

test('a socket on which nobody speaks is kept by its pings', async t => {
  const [patience, less] = ['proxy_read_timeout 60s;', 'proxy_read_timeout 4s;'];
  const { url } = await startNginx(t, shared.port, [FIRST], text => {
    assert.ok(text.includes(patience));
    return text.replace(patience, less);
  });
  const visitor = new Visitor(url);
  await visitor.get('/');
  const client = await CableClient.connect(t, url, { cookie: visitor.cookie });
  await eventually(() => client.received.filter(({ type }) => type === 'ping').length >= 3, PINGS_SECONDS);
  assert.equal(client.socket.readyState, client.socket.OPEN);
});

function noticeIn(body: string): string {
  return /role="alert"[^>]*>([^<]*)/.exec(body)?.[1]?.trim() ?? '';
}

/** Reads an answer that goes on for long. */
async function read(t: TestContext, visitor: Visitor, path: string) {
  const request = get(nginx.url + path, { agent: false, headers: { cookie: visitor.cookie } });
  request.on('error', () => {});
  t.after(() => request.destroy());
  const [response]: IncomingMessage[] = await once(request, 'response');
  assert.ok(response);
  const reading = { response, text: '' };
  response.setEncoding('utf8').on('data', text => (reading.text += text));
  return reading;
}
