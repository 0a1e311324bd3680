import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startTestApp } from '../support/app.ts';
import { startConversation } from '../support/conversation.ts';
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

test('Continue answers with the reply as it waits, and leads a plain browser back', async t => {
  const { visitor, path, breakOff } = await startConversation(t);
  const { id, version } = await breakOff('Some text');
  const { status, body } = await visitor.postAsTurbo(`/messages/${id}/continuation`);
  assert.equal(status, 200);
  assert.match(
    body,
    new RegExp(`^<turbo-stream action="replace" target="message_${id}"[^>]* data-version="${version + 1}"`),
  );
  assert.match(body, /data-status="pending".*<p>Some text<\/p>/s);
  await breakOff(', and more');
  const answer = await visitor.post(`/messages/${id}/continuation`);
  assert.deepEqual([answer.status, answer.headers.get('location')], [303, `${path}?live=1`]);
});

test('what cannot be continued is left as it is, with a sentence', async t => {
  const { visitor, rows, answer, breakOff, ask, upstream, replyThatIs } = await startConversation(t);
  const refused = async (id: string | undefined, status: number, sentence: RegExp) => {
    const before = await rows();
    const answer = await visitor.post(`/messages/${id}/continuation`);
    assert.equal(answer.status, status);
    assert.match(answer.body, sentence);
    assert.deepEqual(await rows(), before);
  };

  const { reply: complete } = await answer('All');
  await refused(complete.id, 422, /There is nothing to continue: this reply is complete/);
  await refused((await rows())[0]?.id, 404, /There is no such reply/);

  await ask('Two');
  const broken = await breakOff('Some text');
  await ask('Three');
  await upstream.nextCall();
  await refused(broken.id, 409, /Stop the reply first, or wait/);
  const open = await replyThatIs('streaming');
  await refused(open.id, 409, /Stop the reply first, or wait/);

  await visitor.post(`/messages/${open.id}/cancellation`);
  await replyThatIs('stopped');
  await refused(broken.id, 422, /Only the last reply can be continued/);
  await refused(open.id, 422, /or has no text/);
});

test('Continue counts as a question', async t => {
  const { visitor, breakOff } = await startConversation(t, { ASKS_PER_MINUTE: '2' });
  const { id } = await breakOff('One, ');
  assert.equal((await visitor.post(`/messages/${id}/continuation`)).status, 303);
  await breakOff('two, ');
  assert.equal((await visitor.post(`/messages/${id}/continuation`)).status, 429);
});

test('the page offers what can be done: delete, go on, write anew, try again', async t => {
  const { visitor, path, answer, breakOff, upstream, replyThatIs } = await startConversation(t);
  const offered = async () => {
    const { body } = await visitor.get(path);
    const [, messages = ''] = /id="messages"(.*?)<\/section>/s.exec(body) ?? [];
    const controls = messages.matchAll(/<(?:button|a)\b([^>]*)>(.*?)<\/(?:button|a)>/g);
    return [...controls].map(
      ([, attributes = '', word]) => word || /(?:aria-label|title)="([^"]*)"/.exec(attributes)?.[1],
    );
  };
  const about = 'About this message';
  const question = ['Edit', 'Copy as Markdown', about, 'Delete this question and its replies'];
  const rating = ['Copy as Markdown', 'Good reply', 'Bad reply'];
  const other = 'Regenerate with another bot or model';
  const broken = await breakOff('Some text');
  const resumable = [...question, 'Continue', 'Regenerate', ...rating, other, about];
  assert.deepEqual(await offered(), resumable);

  await visitor.post(`/messages/${broken.id}/continuation`);
  await upstream.nextCall();
  assert.deepEqual(await offered(), [...question, 'Stop']);
  await visitor.post(`/messages/${broken.id}/cancellation`);
  assert.deepEqual(await offered(), resumable);

  await visitor.post(`/messages/${broken.id}/regeneration`);
  (await upstream.nextCall()).status(401);
  const failed = await replyThatIs('failed');
  assert.deepEqual(await offered(), [...question, 'Try again', '‹', '›', other, about]);

  await visitor.post(`/messages/${failed.id}/regeneration`);
  await answer('All');
  assert.deepEqual(await offered(), [...question, '‹', '›', ...rating, 'Regenerate', other, about]);
});
