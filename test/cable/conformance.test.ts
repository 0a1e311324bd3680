import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import test from 'node:test';
import WebSocket from 'ws';
import { signStreamName } from '../../src/turbo/signed-stream-name.ts';
import { startTestApp } from '../support/app.ts';
import { CableClient, identifierOf } from '../support/cable-client.ts';
import { eventually } from '../support/eventually.ts';
import { Visitor } from '../support/visitor.ts';
import { startFollowing } from './followed-conversation.ts';

/** What servers of Action Cable are held to. */

const UPGRADE = [
  'GET /cable HTTP/1.1',
  'Host: localhost',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  '\r\n',
].join('\r\n');

test('a client is welcomed first, and by its subprotocol', async t => {
  const { client } = await startFollowing(t);
  assert.equal(client.socket.protocol, 'actioncable-v1-json');
  assert.deepEqual(client.received[0], { type: 'welcome' });
});

test('a ping comes every 3 s, with the unix time in seconds, which rises', async t => {
  const { client } = await startFollowing(t);
  const pings: { readonly time: number; readonly came: number }[] = [];
  client.onReceive = ({ type, message }) =>
    type === 'ping' && pings.push({ time: Number(message), came: Date.now() });
  await eventually(() => pings.length === 3, 12);
  for (const { time, came } of pings) {
    assert.ok(Number.isInteger(time));
    assert.ok(Math.abs(time - came / 1000) < 2, 'in seconds');
  }
  for (const [i, { time, came }] of pings.slice(1).entries()) {
    assert.ok(time > (pings[i]?.time ?? 0));
    const gap = came - (pings[i]?.came ?? 0);
    assert.ok(gap > 2500 && gap < 4500, `${gap}`);
  }
});

test('a subscription is confirmed once, its identifier echoed byte for byte', async t => {
  const { client, signed } = await startFollowing(t);
  const identifier = `{ "signed_stream_name":"${signed}",  "channel":"Turbo::StreamsChannel", "\\u00fc":"ü" }`;
  await client.subscribe(identifier);
  client.send({ command: 'subscribe', identifier });
  client.catchUp(identifier, 1);
  const answer = await client.next(({ message }) => typeof message === 'string');
  assert.equal(answer.identifier, identifier);
  const confirmations = client.received.filter(({ type }) => type === 'confirm_subscription');
  assert.deepEqual(confirmations, [{ identifier, type: 'confirm_subscription' }]);
});

test('forged and foreign streams, other channels and nonsense are rejected', async t => {
  const { client, url, identifier, signed, stream, deps } = await startFollowing(t);
  const stranger = new Visitor(url);
  await stranger.get('/');
  const foreign = await CableClient.connect(t, url, { cookie: stranger.cookie });
  assert.deepEqual(await foreign.subscribe(identifier), { identifier, type: 'reject_subscription' });

  for (const bad of [
    identifierOf(signed.replace(/.$/, last => (last === '0' ? '1' : '0'))),
    identifierOf(signStreamName('another key', stream)),
    identifierOf(signStreamName(deps.secretKey, stream.replace('conversation', 'stop'))),
    identifierOf(signStreamName(deps.secretKey, 'conversation:nonsense')),
    JSON.stringify({ channel: 'ChatChannel', signed_stream_name: signed }),
    'nonsense',
    '{}',
  ]) {
    assert.deepEqual(await client.subscribe(bad), { identifier: bad, type: 'reject_subscription' });
  }
});

test('a client that was rejected may try again, and is answered again', async t => {
  const { client } = await startFollowing(t);
  await client.subscribe('{}');
  client.send({ command: 'subscribe', identifier: '{}' });
  await eventually(() => client.received.filter(({ type }) => type === 'reject_subscription').length === 2);
});

test('the same channel with other parameters is another subscription', async t => {
  const { client, signed, identifier, call } = await startFollowing(t);
  const other = JSON.stringify({
    channel: 'Turbo::StreamsChannel',
    signed_stream_name: signed,
    page: 'another',
  });
  assert.equal((await client.subscribe(identifier)).type, 'confirm_subscription');
  assert.equal((await client.subscribe(other)).type, 'confirm_subscription');
  call.text('To both');
  for (const to of [identifier, other]) {
    await client.next(({ identifier: of, message }) => of === to && String(message).includes('To both'));
  }

  client.send({ command: 'unsubscribe', identifier });
  call.text(', to one');
  await client.next(({ identifier: of, message }) => of === other && String(message).includes(', to one'));
  assert.ok(
    !client.received.some(
      ({ identifier: of, message }) => of === identifier && String(message).includes(', to one'),
    ),
  );
});

test('several streams come on one connection, each by its identifier', async t => {
  const { client, visitor, upstream, deps, identifier, call } = await startFollowing(t);
  const path = await visitor.startConversation('Two');
  const second = identifierOf(signStreamName(deps.secretKey, `conversation:${path.split('/').at(-1)}`));
  const secondCall = await upstream.nextCall();
  await client.subscribe(identifier);
  await client.subscribe(second);
  call.text('of the first');
  secondCall.text('of the second');
  await client.next(
    ({ identifier: of, message }) => of === second && String(message).includes('of the second'),
  );
  await client.next(
    ({ identifier: of, message }) => of === identifier && String(message).includes('of the first'),
  );
  assert.ok(
    client.received.every(
      ({ identifier: of, message }) =>
        !String(message).includes('of the') || String(message).includes('second') === (of === second),
    ),
  );
});

test('an action is performed with its arguments; without them, or unknown, it is ignored', async t => {
  const { client, identifier } = await startFollowing(t);
  await client.subscribe(identifier);
  for (const data of [
    { action: 'catch_up' },
    { action: 'appear' },
    { action: 'appear', on: 'main' },
    { body: 'sent, not performed' },
    'text',
    null,
  ]) {
    client.send({ command: 'message', identifier, data: JSON.stringify(data) });
  }
  client.send({ command: 'message', identifier, data: 'nonsense' });
  client.send({ command: 'message', identifier });
  client.catchUp('of no subscription', 1);
  client.catchUp(identifier, 1);
  await client.next(({ message }) => String(message).includes('caught_up'));
  assert.equal(client.frames.length, 1);
  assert.ok(!client.received.some(({ type }) => type === 'disconnect'));
});

test('commands that are unknown or incomplete are ignored', async t => {
  const { client, identifier } = await startFollowing(t);
  for (const odd of [
    { command: 'dance', identifier },
    { command: 'subscribe' },
    { identifier },
    [],
    'a',
    null,
    7,
  ])
    client.socket.send(JSON.stringify(odd));
  client.send({ command: 'unsubscribe', identifier });
  assert.equal((await client.subscribe(identifier)).type, 'confirm_subscription');
  assert.equal(client.received.filter(({ type }) => type !== 'ping').length, 2);
});

test('what is not JSON ends the connection, for good', async t => {
  const { client } = await startFollowing(t);
  client.socket.send('{nonsense');
  const goodbye = await client.next(({ type }) => type === 'disconnect');
  assert.deepEqual(goodbye, { type: 'disconnect', reason: 'invalid_request', reconnect: false });
  await eventually(() => client.socket.readyState === WebSocket.CLOSED);
});

test('who is sent away is not served any more', async t => {
  const { client, identifier, deps } = await startFollowing(t);
  const { subscribe } = deps.broadcaster;
  let subscriptions = 0;
  deps.broadcaster.subscribe = async (...wish) => {
    subscriptions += 1;
    return await subscribe(...wish);
  };
  client.connection?.cork(); // so that all of it comes at once
  client.socket.send('{nonsense');
  client.send({ command: 'subscribe', identifier });
  client.connection?.uncork();
  await eventually(() => client.socket.readyState === WebSocket.CLOSED);
  assert.equal(subscriptions, 0);
});

test('after unsubscribe nothing arrives, and subscribing again is confirmed again', async t => {
  const { client, identifier, call } = await startFollowing(t);
  await client.subscribe(identifier);
  client.send({ command: 'unsubscribe', identifier });
  const other = identifier.replace('{', '{ ');
  await client.subscribe(other);
  call.text('Hello');
  await client.next(({ identifier: of, message }) => of === other && String(message).includes('Hello'));
  assert.ok(!client.received.some(({ identifier: of, message }) => of === identifier && message));

  client.send({ command: 'subscribe', identifier });
  call.text(', again');
  await client.next(({ identifier: of, message }) => of === identifier && String(message).includes('again'));
  const confirmations = client.received.filter(
    ({ type, identifier: of }) => type === 'confirm_subscription' && of === identifier,
  );
  assert.equal(confirmations.length, 2);
});

test('of many clients one may leave, and the others get each frame', async t => {
  const { url, visitor, identifier, call } = await startFollowing(t);
  const clients = await Promise.all(
    Array.from({ length: 50 }, async () => {
      const client = await CableClient.connect(t, url, { cookie: visitor.cookie });
      await client.subscribe(identifier);
      return client;
    }),
  );
  const [polite, rude, ...others] = clients;
  assert.ok(polite && rude);
  call.text('to all');
  for (const each of clients) await each.next(({ message }) => String(message).includes('to all'));
  polite.socket.close();
  rude.socket.terminate();
  await once(polite.socket, 'close');
  call.text(', to the others');
  for (const each of others) await each.next(({ message }) => String(message).includes(', to the others'));
  const frames = others.map(each => each.frames);
  for (const each of frames) assert.deepEqual(each, frames[0]);
});

test('who has no session is sent away for good, and another site is not let in', async t => {
  const { url, visitor } = await startFollowing(t);
  const nobody = await CableClient.connect(t, url);
  assert.deepEqual(nobody.received, [{ type: 'disconnect', reason: 'unauthorized', reconnect: false }]);
  await eventually(() => nobody.socket.readyState === WebSocket.CLOSED);

  const headers = { cookie: visitor.cookie, origin: 'https://example.com' };
  await assert.rejects(CableClient.connect(t, url, headers), /403/);
});

test('who has no session and does not say goodbye does not hold up the end of the process', async t => {
  const { app, url } = await startTestApp(t);
  const nobody = connect(Number(new URL(url).port));
  t.after(() => nobody.destroy());
  nobody.write(UPGRADE);
  await eventually(() => app.websocketServer.clients.size === 1);
  nobody.resume();
  const begun = performance.now();
  await app.close();
  assert.ok(performance.now() - begun < 3000);
});

test('a server that closes sends its clients away to come back', async t => {
  const { client, app } = await startFollowing(t);
  const closed = app.close();
  const goodbye = await client.next(({ type }) => type === 'disconnect');
  assert.deepEqual(goodbye, { type: 'disconnect', reason: 'server_restart', reconnect: true });
  await closed;
  await eventually(() => client.socket.readyState === WebSocket.CLOSED);
});

for (const [name, offered] of Object.entries({
  'one that it does not know beside its own': ['actioncable-v1-ext-json', 'actioncable-v1-json'],
  'only one that it does not know': ['actioncable-v1-ext-json'],
  none: [],
})) {
  test(`of subprotocols a client may offer ${name}: an unknown one is never echoed`, async t => {
    const { url } = await startTestApp(t);
    const visitor = new Visitor(url);
    await visitor.get('/');
    const socket = new WebSocket(`${url.replace('http', 'ws')}/cable`, offered, {
      headers: { cookie: visitor.cookie },
    });
    t.after(() => socket.terminate());
    const echoed = await new Promise<unknown>((resolve, reject) => {
      socket.on('error', reject).on('upgrade', ({ headers }) => resolve(headers['sec-websocket-protocol']));
    }).finally(() => socket.on('error', () => {}));
    assert.equal(
      echoed,
      offered.find(each => each === 'actioncable-v1-json'),
    );
  });
}
