import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { CATCH_UP_CAUSES } from '../../src/cable/catch-up-causes.ts';
import { Traffic } from '../../src/cable/traffic.ts';
import { CableClient, identifierOf } from '../support/cable-client.ts';
import { startConversation } from '../support/conversation.ts';
import { eventually } from '../support/eventually.ts';

/** A conversation, its signed name, and what goes over the cable. */
async function followed(t: TestContext) {
  const conversation = await startConversation(t);
  const { body } = await conversation.visitor.get(conversation.path);
  const [, name = ''] = /signed-stream-name="([^"]+)"/.exec(body) ?? [];
  const connect = () => CableClient.connect(t, conversation.url, { cookie: conversation.visitor.cookie });
  return { ...conversation, name, connect, traffic: conversation.deps.traffic };
}

test('bytes never go down, though what waited for a reader who left was never sent', () => {
  const traffic = new Traffic();
  const reader = { bytesWritten: 100 };
  const end = traffic.open('websocket', reader);
  reader.bytesWritten = 1_100;
  assert.deepEqual([traffic.bytes('websocket'), traffic.connections('websocket')], [1_000, 1]);
  reader.bytesWritten = 600;
  end();
  end();
  assert.deepEqual([traffic.bytes('websocket'), traffic.connections('websocket')], [1_000, 0]);
  assert.equal(traffic.bytes('event_stream'), 0);
  traffic.open('websocket', { bytesWritten: 0 });
  assert.equal(traffic.bytes('websocket'), 1_000);
});

test('connections and subscriptions are counted for as long as they last, however they end', async t => {
  const { traffic, name, connect } = await followed(t);
  const [first, second] = [await connect(), await connect()];
  await first.subscribe(identifierOf(name));
  await first.subscribe(identifierOf(name));
  await second.subscribe(identifierOf(name));
  await second.subscribe(identifierOf('forged'));
  assert.deepEqual([traffic.connections('websocket'), traffic.subscriptions], [2, 2]);
  first.send({ command: 'unsubscribe', identifier: identifierOf(name) });
  await eventually(() => traffic.subscriptions === 1);
  second.socket.terminate();
  await eventually(() => traffic.subscriptions === 0 && traffic.connections('websocket') === 1);
});

test('a page that follows by an event stream is counted as one', async t => {
  const { traffic, name, url, visitor, answer } = await followed(t);
  const leaving = new AbortController();
  const response = await fetch(`${url}/cable/events?stream=${encodeURIComponent(name)}`, {
    headers: { cookie: visitor.cookie },
    signal: leaving.signal,
  });
  await eventually(() => traffic.connections('event_stream') === 1);
  assert.deepEqual([traffic.subscriptions, traffic.frames], [1, 0]);
  await answer('Hello');
  await eventually(() => traffic.frames > 0 && traffic.bytes('event_stream') > 0);
  leaving.abort();
  await response.text().catch(() => {});
  await eventually(() => traffic.connections('event_stream') === 0 && traffic.subscriptions === 0);
});

test('catch-ups are counted by their cause, whatever a client makes up', async t => {
  const { traffic, name, url, visitor, connect } = await followed(t);
  const client = await connect();
  const identifier = identifierOf(name);
  await client.subscribe(identifier);
  const ask = (cause?: unknown) => {
    const data = JSON.stringify({ action: 'catch_up', list: 0, seen: {}, cause });
    client.send({ command: 'message', identifier, data });
  };
  for (const cause of [...CATCH_UP_CAUSES, 'gap', 'made up', 'toString', 7, undefined]) ask(cause);
  await eventually(() => traffic.catchUps.get('other') === 4);
  const once = CATCH_UP_CAUSES.map(cause => [cause, cause === 'gap' ? 2 : 1] as const);
  assert.deepEqual(new Map(traffic.catchUps), new Map([...once, ['other', 4]]));

  const posted = await fetch(`${url}/cable/catch_up?stream=${encodeURIComponent(name)}`, {
    method: 'POST',
    headers: { cookie: visitor.cookie, 'content-type': 'application/json' },
    body: JSON.stringify({ list: 0, seen: {}, cause: 'told' }),
  });
  assert.equal(posted.status, 200);
  assert.equal(traffic.catchUps.get('told'), 2);
});

test('what stock clients are told to fetch anew is counted apart', async t => {
  const { traffic, name, connect, answer } = await followed(t);
  const client = await connect();
  const identifier = JSON.stringify({ ...JSON.parse(identifierOf(name)), digest: 'an older page' });
  await client.subscribe(identifier);
  await eventually(() => traffic.refreshes === 1);
  await answer('Hello');
  await eventually(() => traffic.refreshes === 2);
  assert.deepEqual([...traffic.catchUps], []);
});
