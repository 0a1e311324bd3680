import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startTestApp } from '../support/app.ts';
import { eventually } from '../support/eventually.ts';
import { messagesOf } from '../support/rows.ts';
import { Visitor } from '../support/visitor.ts';

test('Stop closes the reply at once with the saved text, and leaves the model within 100 ms though it is silent', async t => {
  const { url, upstream, deps } = await startTestApp(t);
  const visitor = new Visitor(url);
  const path = await visitor.startConversation('One');
  const call = await upstream.nextCall();
  call.text('Some text');
  const [, reply] = await eventually(async () => {
    const messages = await messagesOf(deps.db, path);
    return messages[1]?.content === 'Some text' && messages;
  });

  const { status, headers } = await visitor.post(`/messages/${reply?.id}/cancellation`);
  assert.equal(status, 303);
  assert.equal(headers.get('location'), path);
  const answered = performance.now();
  assert.ok((await call.closed) - answered < 100, 'the upstream saw the end within 100 ms');

  const [, stopped] = await messagesOf(deps.db, path);
  assert.equal(stopped?.status, 'stopped');
  assert.equal(stopped?.content, 'Some text');
  assert.match((await visitor.get(path)).body, /Stopped\./);
});

test('after Stop nothing is written, whatever the model still sends', async t => {
  const { url, upstream, deps } = await startTestApp(t);
  const visitor = new Visitor(url);
  const path = await visitor.startConversation('One');
  const call = await upstream.nextCall();
  call.text('Before');
  const [, reply] = await eventually(async () => {
    const messages = await messagesOf(deps.db, path);
    return messages[1]?.content === 'Before' && messages;
  });
  for (let i = 0; i < 20; i++) call.text(' more');
  await visitor.post(`/messages/${reply?.id}/cancellation`);
  const [, stopped] = await messagesOf(deps.db, path);
  for (let i = 0; i < 20; i++) call.text(' after');
  await delay(300); // shows that nothing happens
  assert.deepEqual((await messagesOf(deps.db, path))[1], stopped);
});

test('a reply that waits for its model can be stopped before any text', async t => {
  const { url, upstream, deps } = await startTestApp(t);
  const visitor = new Visitor(url);
  const path = await visitor.startConversation('One');
  const call = await upstream.nextCall();
  const [, reply] = await messagesOf(deps.db, path);
  const { body } = await visitor.postAsTurbo(`/messages/${reply?.id}/cancellation`);
  assert.match(body, /^<turbo-stream action="replace" target="message_[^"]+" method="morph"/);
  await call.closed;
  assert.equal((await messagesOf(deps.db, path))[1]?.status, 'stopped');
});

test('Stop on a reply that is closed already changes nothing', async t => {
  const { url, upstream, deps } = await startTestApp(t);
  const visitor = new Visitor(url);
  const path = await visitor.startConversation('One');
  const call = await upstream.nextCall();
  call.text('All');
  call.finish();
  const messages = await eventually(async () => {
    const found = await messagesOf(deps.db, path);
    return found[1]?.status === 'complete' && found;
  });
  assert.equal((await visitor.post(`/messages/${messages[1]?.id}/cancellation`)).status, 303);
  assert.deepEqual(await messagesOf(deps.db, path), messages);
});

test('Try again writes a sibling in place of a reply that failed, and keeps the first', async t => {
  const { url, upstream, deps } = await startTestApp(t);
  const visitor = new Visitor(url);
  const path = await visitor.startConversation('One', 'PirateBot');
  (await upstream.nextCall()).status(401);
  const [, failed] = await eventually(async () => {
    const found = await messagesOf(deps.db, path);
    return found[1]?.status === 'failed' && found;
  });
  assert.match((await visitor.get(path)).body, /Try again/);

  const { body } = await visitor.postAsTurbo(`/messages/${failed?.id}/regeneration`);
  const [, between] =
    /action="remove" target="message_[^"]+" data-of="messages" data-from="1" data-version="([\d.]+)"/.exec(
      body,
    ) ?? [];
  assert.match(
    body,
    new RegExp(
      `action="after" target="message_[^"]+" data-of="messages" data-from="${between}" data-version="2"`,
    ),
  );
  const call = await upstream.nextCall();
  assert.match(call.body.messages[0]?.content ?? '', /pirate/);
  assert.equal(call.body.messages.length, 2);
  call.text('Better');
  call.finish();
  await eventually(async () => (await visitor.get(path)).body.includes('Better'));

  const [question, first, sibling] = await messagesOf(deps.db, path);
  assert.equal(first?.status, 'failed');
  assert.equal(sibling?.parent_id, question?.id);
  assert.ok(!(await visitor.get(path)).body.includes(`id="message_${first?.id}"`));
});

test('Try again while a reply is open gets 409', async t => {
  const { url, upstream, deps } = await startTestApp(t);
  const visitor = new Visitor(url);
  const path = await visitor.startConversation('One');
  await upstream.nextCall();
  const [, reply] = await messagesOf(deps.db, path);
  const { status, body } = await visitor.post(`/messages/${reply?.id}/regeneration`);
  assert.equal(status, 409);
  assert.match(body, /Stop the reply first, or wait\./);
  const stream = await visitor.postAsTurbo(`/messages/${reply?.id}/regeneration`);
  assert.equal(stream.status, 409);
  assert.match(stream.body, /target="notice"/);
});
