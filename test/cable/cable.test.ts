import assert from 'node:assert/strict';
import { once } from 'node:events';
import test, { type TestContext } from 'node:test';
import SQLite from 'better-sqlite3';
import WebSocket from 'ws';
import { signStreamName } from '../../src/turbo/signed-stream-name.ts';
import { startTestApp } from '../support/app.ts';
import { CableClient, identifierOf } from '../support/cable-client.ts';
import { eventually } from '../support/eventually.ts';
import { messagesOf } from '../support/rows.ts';
import { ShownPage } from '../support/shown-page.ts';
import { Visitor } from '../support/visitor.ts';

/** A conversation whose first question waits for the model, and its owner on the cable. */
async function startConversation(t: TestContext) {
  const context = await startTestApp(t);
  const visitor = new Visitor(context.url);
  const path = await visitor.startConversation('One');
  const call = await context.upstream.nextCall();
  const [, signed = ''] = /signed-stream-name="([^"]+)"/.exec((await visitor.get(path)).body) ?? [];
  const client = await CableClient.connect(t, context.url, { cookie: visitor.cookie });
  return { ...context, visitor, path, call, client, identifier: identifierOf(signed), signed };
}

test('the server speaks Action Cable: subprotocol, welcome, pings', async t => {
  const { client } = await startConversation(t);
  assert.equal(client.socket.protocol, 'actioncable-v1-json');
  assert.deepEqual(client.received[0], { type: 'welcome' });
  const ping = await client.next(({ type }) => type === 'ping');
  assert.ok(Number.isInteger(ping.message));
  assert.ok(Math.abs(Number(ping.message) - Date.now() / 1000) < 2, 'in seconds');
});

test('a subscription is confirmed once, its identifier echoed byte for byte', async t => {
  const { client, signed } = await startConversation(t);
  const identifier = `{ "signed_stream_name":"${signed}",  "channel":"Turbo::StreamsChannel"}`;
  await client.subscribe(identifier);
  client.send({ command: 'subscribe', identifier });
  client.catchUp(identifier, 1);
  await client.next(({ message }) => typeof message === 'string');
  const confirmations = client.received.filter(({ type }) => type === 'confirm_subscription');
  assert.deepEqual(confirmations, [{ identifier, type: 'confirm_subscription' }]);
});

test('frames arrive while the reply is written, and none shows more than the rows', async t => {
  const { client, identifier, call, databasePath, path } = await startConversation(t);
  await client.subscribe(identifier);
  const database = new SQLite(databasePath, { readonly: true });
  t.after(() => database.close());
  const version = database.prepare('SELECT version FROM messages WHERE id = ?').pluck();
  const behind: string[] = [];
  client.onReceive = ({ message }) => {
    for (const [, of = '', shown] of String(message).matchAll(
      /targets?="#?message_([^_"]+)[^>]* data-version="([\d.]+)"/g,
    )) {
      if (Number(version.get(of)) < Number(shown)) behind.push(`${of} ${shown}`);
    }
  };
  const words = Array.from({ length: 30 }, (_, i) => `Paragraph ${i}\n\n`);
  for (const word of words) {
    call.text(word);
    await eventually(() => client.frames.join('').includes(word.trim()));
  }
  call.finish();
  await client.next(({ message }) => String(message).includes('data-status="complete"'));
  assert.deepEqual(behind, []);
  assert.ok(client.frames.length >= words.length, path);
});

test('a reply goes on when nobody looks any more', async t => {
  const { client, identifier, call, deps, path } = await startConversation(t);
  await client.subscribe(identifier);
  call.text('Begun, ');
  await client.next(({ message }) => String(message).includes('Begun'));
  client.socket.close();
  await once(client.socket, 'close');
  call.text('and ended.');
  call.finish();
  const reply = await eventually(async () =>
    (await messagesOf(deps.db, path)).find(
      ({ role, status }) => role === 'assistant' && status === 'complete',
    ),
  );
  assert.equal(reply.content, 'Begun, and ended.');
});

test('each live frame leads from the version of the one before', async t => {
  const { client, identifier, call } = await startConversation(t);
  await client.subscribe(identifier);
  for (let i = 0; i < 10; i++) {
    call.reasoning(`thought ${i} `);
    call.text(`Paragraph ${i}\n\nand more`);
    await eventually(() => client.frames.join('').includes(`Paragraph ${i}`));
  }
  const steps = [
    ...client.frames
      .join('')
      .matchAll(/targets?="#?message_[^"]+" data-from="([\d.]+)" data-version="([\d.]+)"/g),
  ];
  assert.ok(steps.length >= 20);
  for (const [i, step] of steps.entries()) if (i > 0) assert.equal(step[1], steps[i - 1]?.[2]);
});

test('a frame costs what changed, however many blocks the reply has', async t => {
  const { client, identifier, call } = await startConversation(t);
  await client.subscribe(identifier);
  for (let i = 0; i < 200; i++) call.text(`Paragraph ${i} with some words in it.\n\n`);
  await eventually(() => client.frames.join('').includes('Paragraph 199'));
  const before = client.frames.length;
  call.text('The last one.\n\n');
  await eventually(() => client.frames.join('').includes('The last one.'));
  assert.ok(client.frames.slice(before).join('').length < 1000);
});

test('a catch-up brings what a page lacks, and always ends in the marker', async t => {
  const { client, identifier, call, deps, path } = await startConversation(t);
  await client.subscribe(identifier);
  call.text('All of it');
  call.finish();
  await client.next(({ message }) => String(message).includes('data-status="complete"'));
  const [question, reply] = await messagesOf(deps.db, path);
  assert.ok(question && reply);

  const catchUp = async (list: number, seen: Record<string, number>) => {
    const before = client.frames.length;
    client.catchUp(identifier, list, seen);
    return await eventually(() => client.frames[before]);
  };
  const nothing = await catchUp(1, { [question.id]: question.version, [reply.id]: reply.version });
  assert.equal(
    nothing,
    '<turbo-stream action="caught_up" data-of="messages" data-from="1" data-version="1"></turbo-stream>',
  );
  const older = await catchUp(1, { [question.id]: question.version, [reply.id]: reply.version - 2 });
  assert.match(
    older,
    /^<turbo-stream action="replace" target="message_[^"]+" method="morph"[^>]*>.*All of it.*caught_up/s,
  );
  const empty = await catchUp(0, {});
  assert.match(
    empty,
    /^<turbo-stream action="prepend" target="messages" data-of="messages" data-from="0".*caught_up/s,
  );
  assert.equal(empty.match(/<article/g)?.length, 2);
});

test('a page drawn from the row is the one that the live frames leave', async t => {
  const { client, identifier, call, visitor, path, deps } = await startConversation(t);
  const [, reply] = await messagesOf(deps.db, path);
  const body = `message_${reply?.id}_body`;
  const shown = new ShownPage((await visitor.get(path)).body);
  await client.subscribe(identifier);
  for (const words of ['Settled *one*\n\n- an it', 'em\n- open `ta']) {
    call.text(words);
    await eventually(() => client.frames.join('').includes(words.slice(-4)));
  }
  for (const frame of client.frames) shown.carryOut(frame);
  const drawn = new ShownPage((await visitor.get(path)).body);
  assert.match(drawn.html(body), /<em>one<.*<li><p>open `ta</);
  assert.equal(shown.html(body), drawn.html(body));
});

test('forged and foreign streams, other channels and nonsense are rejected', async t => {
  const { client, url, identifier, signed, deps, path } = await startConversation(t);
  const stranger = new Visitor(url);
  await stranger.get('/');
  const foreign = await CableClient.connect(t, url, { cookie: stranger.cookie });
  assert.equal((await foreign.subscribe(identifier)).type, 'reject_subscription');

  const id = path.split('/').at(-1) ?? '';
  for (const bad of [
    identifierOf(signed.replace(/.$/, last => (last === '0' ? '1' : '0'))),
    identifierOf(signStreamName('another key', `conversation:${id}`)),
    identifierOf(signStreamName(deps.secretKey, `stop:${id}`)),
    identifierOf(signStreamName(deps.secretKey, 'conversation:nonsense')),
    JSON.stringify({ channel: 'ChatChannel', signed_stream_name: signed }),
    'nonsense',
    '{}',
  ]) {
    assert.equal((await client.subscribe(bad)).type, 'reject_subscription', bad);
  }
});

test('unknown commands and actions are ignored; what is not JSON ends the connection', async t => {
  const { client, identifier } = await startConversation(t);
  await client.subscribe(identifier);
  for (const odd of [{ command: 'dance', identifier }, { command: 'subscribe' }, [], 'text', null, 7]) {
    client.socket.send(JSON.stringify(odd));
  }
  client.send({ command: 'message', identifier, data: '{"action":"dance"}' });
  client.send({ command: 'message', identifier, data: 'nonsense' });
  client.send({
    command: 'message',
    identifier: 'unknown',
    data: '{"action":"catch_up","list":0,"seen":{}}',
  });
  client.catchUp(identifier, 1);
  await client.next(({ message }) => String(message).includes('caught_up'));

  client.socket.send('{nonsense');
  const goodbye = await client.next(({ type }) => type === 'disconnect');
  assert.deepEqual(goodbye, { type: 'disconnect', reason: 'invalid_request', reconnect: false });
  await eventually(() => client.socket.readyState === WebSocket.CLOSED);
});

test('a client that subscribes without end is sent away', async t => {
  const { client, identifier } = await startConversation(t);
  for (let i = 0; i < 50; i++) await client.subscribe(identifier.replace('{', `{${' '.repeat(i)}`));
  for (let i = 50; i < 101; i++)
    client.send({ command: 'subscribe', identifier: identifier.replace('{', `{${' '.repeat(i)}`) });
  assert.equal((await client.next(({ type }) => type === 'disconnect')).reason, 'invalid_request');
});

test('after unsubscribe nothing arrives', async t => {
  const { client, identifier, call, deps, path } = await startConversation(t);
  await client.subscribe(identifier);
  client.send({ command: 'unsubscribe', identifier });
  const other = identifier.replace('{', '{ ');
  await client.subscribe(other);
  call.text('Hello');
  await client.next(({ identifier: of, message }) => of === other && String(message).includes('Hello'));
  assert.ok(!client.received.some(({ identifier: of, message }) => of === identifier && message));
  assert.ok((await messagesOf(deps.db, path)).length > 0);
});

test('who has no session is sent away, and another site is not let in', async t => {
  const { url, visitor } = await startConversation(t);
  const nobody = await CableClient.connect(t, url);
  assert.deepEqual(nobody.received[0], { type: 'disconnect', reason: 'unauthorized', reconnect: false });

  const headers = { cookie: visitor.cookie, origin: 'https://example.com' };
  await assert.rejects(CableClient.connect(t, url, headers), /403/);
});

test('a deleted conversation ends its subscriptions at the next catch-up', async t => {
  const { client, identifier, visitor, path } = await startConversation(t);
  await client.subscribe(identifier);
  await visitor.post(`${path}/deletion`);
  await client.next(({ message }) => message === '<turbo-stream action="catch_up"></turbo-stream>');
  client.catchUp(identifier, 1);
  await client.next(({ type }) => type === 'reject_subscription');
});

test('a stock client that shows older rows is told to refresh', async t => {
  const { client, signed, visitor, path, call, deps } = await startConversation(t);
  const [, digest] = /data-digest="([^"]+)"/.exec((await visitor.get(path)).body) ?? [];
  const stock = JSON.stringify({ channel: 'Turbo::StreamsChannel', signed_stream_name: signed, digest });
  await client.subscribe(stock);
  assert.deepEqual(client.frames, []);

  call.text('More');
  await eventually(async () => (await messagesOf(deps.db, path))[1]?.content === 'More');
  const late = stock.replace('{', '{ ');
  await client.subscribe(late);
  await client.next(
    ({ identifier, message }) =>
      identifier === late && message === '<turbo-stream action="refresh"></turbo-stream>',
  );
});

test('a server that closes sends its clients away to come back', async t => {
  const { client, app } = await startConversation(t);
  void app.close();
  const goodbye = await client.next(({ type }) => type === 'disconnect');
  assert.deepEqual(goodbye, { type: 'disconnect', reason: 'server_restart', reconnect: true });
});
