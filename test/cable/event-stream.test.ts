import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import test, { type TestContext } from 'node:test';
import { type EventSourceMessage, EventSourceParserStream } from 'eventsource-parser/stream';
import { conversationsStream } from '../../src/chat/list-broadcasts.ts';
import { signStreamName } from '../../src/turbo/signed-stream-name.ts';
import { eventually } from '../support/eventually.ts';
import { Visitor } from '../support/visitor.ts';
import { startFollowing, startFollowingThroughRedis } from './followed-conversation.ts';

const CATCH_UP = '<turbo-stream action="catch_up"></turbo-stream>';

type Following = Awaited<ReturnType<typeof startFollowing>>;

/** A page that follows the conversation by an event stream, or these streams, and keeps all that it hears. It leaves when the test ends. */
async function openStream(t: TestContext, { url, visitor, signed }: Following, names = [signed]) {
  const leaving = new AbortController();
  t.after(() => leaving.abort());
  const response = await fetch(`${url}${eventsPath(...names)}`, {
    headers: { cookie: visitor.cookie, accept: 'text/event-stream' },
    signal: leaving.signal,
  });
  const heard: EventSourceMessage[] = [];
  let isEnded = false;
  let retryMs = 0;
  assert.ok(response.body);
  const events = response.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream({ onRetry: ms => (retryMs = ms) }));
  (async () => {
    for await (const event of events) heard.push(event);
  })()
    .catch(() => {})
    .finally(() => {
      isEnded = true;
    });
  return {
    response,
    heard,
    get frames() {
      return heard.flatMap(({ event, data }) => (event === undefined ? data : []));
    },
    get isEnded() {
      return isEnded;
    },
    get retryMs() {
      return retryMs;
    },
    leave: () => leaving.abort(),
  };
}

function eventsPath(...names: readonly string[]): string {
  return `/cable/events?${new URLSearchParams(names.map(name => ['stream', name]))}`;
}

/** The signed name of the stream of the person's conversations. */
async function ownListOf({ deps }: Following): Promise<string> {
  const { id } = await deps.db.selectFrom('users').select('id').executeTakeFirstOrThrow();
  return signStreamName(deps.secretKey, conversationsStream(id));
}

async function catchUp({ url, visitor, signed }: Following, body: object, headers = {}) {
  const response = await fetch(`${url}/cable/catch_up?stream=${encodeURIComponent(signed)}`, {
    method: 'POST',
    headers: { cookie: visitor.cookie, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, type: response.headers.get('content-type'), body: await response.text() };
}

test('an event stream brings the same frames as the WebSocket', async t => {
  const following = await startFollowing(t);
  const { client, identifier, call } = following;
  await client.subscribe(identifier);
  const stream = await openStream(t, following);
  assert.equal(stream.response.status, 200);
  for (const text of ['Some *words', '*\n\n```js\nlet a;\n', '\n```\n\nand more']) {
    call.text(text);
    const count = client.frames.length;
    await eventually(() => client.frames.length > count);
  }
  call.finish();
  await eventually(() => stream.frames.at(-1)?.includes('data-status="complete"'));
  await eventually(() => client.frames.length >= stream.frames.length);
  assert.deepEqual(stream.frames, client.frames);
  assert.equal(stream.retryMs, 1000);
});

test('nobody on the way may keep an event stream, and it has the headers of every answer', async t => {
  const { response } = await openStream(t, await startFollowing(t));
  assert.equal(response.headers.get('content-type'), 'text/event-stream');
  assert.match(response.headers.get('cache-control') ?? '', /no-store.*no-transform/);
  assert.equal(response.headers.get('x-accel-buffering'), 'no');
  assert.match(response.headers.get('content-security-policy') ?? '', /script-src 'self'/);
  assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
});

test('once the event stream is open, nothing that is published is missed', async t => {
  const following = await startFollowing(t);
  for (let i = 0; i < 20; i += 1) {
    const stream = await openStream(t, following);
    await following.deps.broadcaster.publish(following.stream, `frame ${i}`);
    await eventually(() => stream.frames.length > 0);
    assert.deepEqual(stream.frames, [`frame ${i}`]);
    stream.leave();
  }
});

test('line breaks of every kind stay line breaks', async t => {
  const following = await startFollowing(t);
  const stream = await openStream(t, following);
  await following.deps.broadcaster.publish(
    following.stream,
    '<pre>\n a\r\nb\rc\n\n\revent: x\n data: y\n</pre>\n',
  );
  await eventually(() => stream.frames.length > 0);
  const heard = stream.heard.filter(({ event }) => event !== 'ping');
  assert.deepEqual(heard.slice(1), [
    { id: undefined, event: undefined, data: '<pre>\n a\nb\nc\n\n\nevent: x\n data: y\n</pre>\n' },
  ]);
});

test('an event named ping comes every 3 s, with the unix time in seconds, which rises', async t => {
  const stream = await openStream(t, await startFollowing(t));
  const pings = () => stream.heard.filter(({ event }) => event === 'ping');
  await eventually(() => pings().length === 2, 8);
  const [first, second] = pings().map(({ data }) => Number(data));
  assert.ok(first && second && Number.isInteger(first) && second > first);
  assert.ok(Math.abs(second - Date.now() / 1000) < 2);
});

test('`curl -N` shows the frames as they come', async t => {
  const following = await startFollowing(t);
  const { url, visitor, signed, call } = following;
  const curl = spawn('curl', ['-sN', '-H', `cookie: ${visitor.cookie}`, `${url}${eventsPath(signed)}`]);
  t.after(() => curl.kill());
  let output = '';
  curl.stdout.setEncoding('utf8').on('data', text => {
    output += text;
  });
  const events = () => output.replaceAll(/event: ping\ndata: \d+\n\n/g, '');
  await eventually(() => events() === `retry: 1000\n\nevent: confirm\ndata: ${signed}\n\n`);
  call.text('Hello');
  await eventually(() => /Hello.*\n\n$/s.test(events()));
  assert.match(
    events(),
    /\n\ndata: <turbo-stream action="append"[^\n]*><template><p>Hello.*<\/turbo-stream>\n\n$/s,
  );
});

test('whoever may not follow a stream gets a 403, and no session', async t => {
  const following = await startFollowing(t);
  const { url, visitor, signed, stream, deps } = following;
  const stranger = new Visitor(url);
  await stranger.get('/');
  const users = async () => (await deps.db.selectFrom('users').selectAll().execute()).length;
  const before = await users();
  const bad = [
    { as: stranger, name: signed },
    { as: new Visitor(url), name: signed },
    { as: visitor, name: '' },
    { as: visitor, name: signed.replace(/.$/, last => (last === '0' ? '1' : '0')) },
    { as: visitor, name: signStreamName('another key', stream) },
    { as: visitor, name: signStreamName(deps.secretKey, 'conversation:nonsense') },
  ];
  for (const { as, name } of bad) {
    const answer = await as.get(eventsPath(name), { accept: 'text/event-stream' });
    assert.equal(answer.status, 403, name);
    assert.match(answer.headers.get('content-type') ?? '', /^text\/html/);
    assert.equal(answer.headers.get('cable-server'), 'parley');
    assert.equal(answer.headers.get('set-cookie'), null);
    const post = await catchUp({ ...following, visitor: as, signed: name }, { list: 0, seen: {} });
    assert.equal(post.status, 403, name);
    assert.ok(!post.body.includes('One'));
  }
  assert.equal((await visitor.get('/cable/events')).status, 403);
  assert.equal(
    (await visitor.get(eventsPath(signed), { 'sec-fetch-site': 'cross-site' })).status,
    403,
    'another site',
  );
  const foreign = await catchUp(following, { list: 0, seen: {} }, { origin: 'https://example.com' });
  assert.equal(foreign.status, 403);
  assert.equal(await users(), before);
});

test('one event stream brings several streams, each frame by the name of its own', async t => {
  const following = await startFollowing(t);
  const { signed, stream: name, deps, visitor, path, call } = following;
  const list = await ownListOf(following);
  const stream = await openStream(t, following, [list, signed]);
  await deps.broadcaster.publish(name, 'a frame');
  await visitor.post(`${path}/title`, { title: 'Another' });
  call.text('Hello');
  await eventually(() => stream.heard.some(({ data }) => data.includes('Hello')));
  const heard = stream.heard.filter(({ event }) => event !== 'ping');
  assert.deepEqual(
    heard.slice(0, 3).map(({ event, data }) => [event, data]),
    [
      ['confirm', list],
      ['confirm', signed],
      [signed, 'a frame'],
    ],
  );
  assert.ok(heard.some(({ event, data }) => event === list && data.includes('>Another<')));
  assert.ok(
    heard.every(({ event, data }) => data.includes('Hello') === (event === signed && /Hello/.test(data))),
  );
});

test('of several streams those that are not allowed are rejected, and where none is, all', async t => {
  const following = await startFollowing(t);
  const { signed, visitor, deps } = following;
  const foreign = signStreamName(deps.secretKey, conversationsStream('somebody else'));
  const forged = 'a\r\n\nevent: confirm\ndata: b';
  const stream = await openStream(t, following, [foreign, signed, forged]);
  assert.equal(stream.response.status, 200);
  await eventually(() => stream.heard.length >= 3);
  assert.deepEqual(
    stream.heard.slice(0, 3).map(({ event, data }) => [event, data]),
    [
      ['reject', foreign],
      ['confirm', signed],
      ['reject', forged.replace('\r\n', '\n')],
    ],
  );
  await deps.broadcaster.publish(conversationsStream('somebody else'), 'a secret');
  await deps.broadcaster.publish(following.stream, 'a frame');
  await eventually(() => stream.heard.some(({ data }) => data === 'a frame'));
  assert.ok(!stream.heard.some(({ data }) => data === 'a secret'));
  assert.equal((await visitor.get(eventsPath(foreign, forged))).status, 403);
  assert.equal((await visitor.get(eventsPath(...Array(11).fill(signed)))).status, 404);
});

test('a posted catch-up is answered with what the WebSocket answers', async t => {
  const following = await startFollowing(t);
  const { client, identifier, call, rows, replyThatIs } = following;
  await client.subscribe(identifier);
  call.text('All of it');
  call.finish();
  await replyThatIs('complete');
  const [question, reply] = await rows();
  assert.ok(question && reply);
  for (const [list, seen] of [
    [0, {}],
    [1, { [question.id]: question.version, [reply.id]: 0 }],
    [1, { [question.id]: question.version, [reply.id]: reply.version }],
  ] as const) {
    const count = client.frames.length;
    client.catchUp(identifier, list, seen);
    const expected = await eventually(() =>
      client.frames.slice(count).find(frame => frame.includes('caught_up')),
    );
    assert.deepEqual(await catchUp(following, { list, seen }), {
      status: 200,
      type: 'text/vnd.turbo-stream.html; charset=utf-8',
      body: expected,
    });
  }
});

test('a catch-up that cannot be read, or is too large, is refused', async t => {
  const following = await startFollowing(t);
  for (const body of [
    {},
    { list: 1 },
    { list: 'one', seen: {} },
    { list: 1, seen: { a: 'one' } },
    { list: 1, seen: { a: null } },
    [],
  ])
    assert.equal((await catchUp(following, body)).status, 422, JSON.stringify(body));
  const seen = Object.fromEntries(Array.from({ length: 60_000 }, (_, i) => [`number ${i}`, i]));
  assert.equal((await catchUp(following, { list: 1, seen })).status, 413);
});

test('a deleted conversation tells its event stream to catch up, which is not allowed any more', async t => {
  const following = await startFollowing(t);
  const stream = await openStream(t, following);
  await following.visitor.post(`${following.path}/deletion`);
  await eventually(() => stream.frames.includes(CATCH_UP));
  assert.equal((await catchUp(following, { list: 1, seen: {} })).status, 403);
  assert.equal((await following.visitor.get(eventsPath(following.signed))).status, 403);
});

test('where broadcasts were lost an event stream is told to catch up', async t => {
  const following = await startFollowingThroughRedis(t);
  const stream = await openStream(t, following);
  await following.redis.command('CLIENT', 'KILL', 'TYPE', 'pubsub');
  await eventually(() => stream.frames.length > 0);
  assert.deepEqual(stream.frames, [CATCH_UP]);
});

test('whoever leaves an event stream is subscribed no longer', async t => {
  const following = await startFollowingThroughRedis(t);
  const subscribed = async () =>
    (await following.redis.command('PUBSUB', 'CHANNELS', 'conversation*')) as unknown[];
  const stream = await openStream(t, following, [following.signed, await ownListOf(following)]);
  assert.equal((await subscribed()).length, 2);
  stream.leave();
  await eventually(async () => (await subscribed()).length === 0);
});

test('a server that closes ends its event streams', async t => {
  const following = await startFollowing(t);
  const streams = await Promise.all(Array.from({ length: 5 }, () => openStream(t, following)));
  const start = performance.now();
  await following.app.close();
  assert.ok(performance.now() - start < 2000);
  await eventually(() => streams.every(stream => stream.isEnded));
});

test('a tab sees what its event stream has sent, and can cut it', async t => {
  const following = await startFollowing(t);
  const { visitor, url, signed, call } = following;
  const response = await fetch(`${url}${eventsPath(signed)}&tab=one`, {
    headers: { cookie: visitor.cookie },
  });
  call.text('Hello');
  const sent = async () => JSON.parse((await visitor.get('/compare/wire?tab=one')).body);
  await eventually(async () => (await sent())[0]?.bytes > 500);
  assert.equal((await sent())[0].route, '/cable/events');
  const reading = assert.rejects(response.text());
  await visitor.post('/compare/cut', { tab: 'one' });
  await reading;
});
