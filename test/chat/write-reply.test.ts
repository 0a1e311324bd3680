import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { writeReply } from '../../src/chat/write-reply.ts';
import { insertReply } from '../../src/models/message.ts';
import { LEASE_RENEWAL_MS } from '../../src/models/reply.ts';
import type { MessageRow, Status } from '../../src/schema.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { openFor } from '../support/databases.ts';
import { eventually } from '../support/eventually.ts';
import { messagesOf } from '../support/rows.ts';
import { Visitor } from '../support/visitor.ts';

/** A conversation whose first reply is being written: the model has been asked, and has said nothing yet. */
async function startReply(t: TestContext) {
  const context = await startTestApp(t);
  const visitor = new Visitor(context.url);
  const path = await visitor.startConversation('One');
  const call = await context.upstream.nextCall();
  return { ...context, visitor, path, call };
}

type Place = Pick<TestApp, 'deps'> & { readonly path: string };

/** The newest reply, once it is as it is wanted. */
async function replyOnce({ deps, path }: Place, isWanted: (reply: MessageRow) => boolean) {
  return await eventually(async () => {
    const newest = (await messagesOf(deps.db, path)).findLast(({ role }) => role === 'assistant');
    return newest && isWanted(newest) && newest;
  });
}

async function replyWith(place: Place, content: string): Promise<MessageRow> {
  return await replyOnce(place, reply => reply.content === content);
}

async function replyThatIs(place: Place, status: Status): Promise<MessageRow> {
  return await replyOnce(place, reply => reply.status === status);
}

/** Makes an open reply that no job is for, as one that was lost. */
async function insertLostReply({ deps, path }: Place): Promise<MessageRow> {
  const question = (await messagesOf(deps.db, path)).find(({ role }) => role === 'user');
  assert.ok(question);
  const { id: parent_id, conversation_id } = question;
  return await insertReply(deps.db, { id: randomUUIDv7(), conversation_id, parent_id, bot_id: 'PirateBot' });
}

/** Does what a job for the reply's first attempt does. */
async function runJob({ deps }: Place, messageId: string): Promise<void> {
  await writeReply(deps, { messageId, attempt: 1 }, new AbortController().signal);
}

test('a reply is complete with all its text, who wrote it, and what it cost', async t => {
  const reply = await startReply(t);
  for (const word of ['The ', 'tides ', 'follow ', 'the ', 'moon.']) reply.call.text(word);
  reply.call.finish('stop', { prompt_tokens: 12, completion_tokens: 5 });
  const row = await replyThatIs(reply, 'complete');
  assert.equal(row.content, 'The tides follow the moon.');
  assert.deepEqual([row.model, row.prompt_tokens, row.completion_tokens], ['scripted', 12, 5]);
  assert.deepEqual([row.note, row.run_id], [null, null]);
  assert.ok(row.finished_at !== null && row.finished_at >= (row.started_at ?? Infinity));
});

test('reasoning is kept apart from the answer, and shown', async t => {
  const reply = await startReply(t);
  reply.call.reasoning('The moon & ');
  reply.call.reasoning('the sun.');
  reply.call.text('Twice a day.');
  reply.call.finish();
  const { content, reasoning } = await replyThatIs(reply, 'complete');
  assert.deepEqual([content, reasoning], ['Twice a day.', 'The moon & the sun.']);
  const { body } = await reply.visitor.get(reply.path);
  assert.match(body, /_reasoning"[^>]*>The moon &amp; the sun\.</);
  assert.match(body, /<p>Twice a day\.<\/p>/);
});

test('a fault after some text leaves the text, interrupted, with a sentence', async t => {
  const reply = await startReply(t);
  reply.call.text('Some text');
  await replyWith(reply, 'Some text');
  reply.call.cut();
  const { content, note, run_id } = await replyThatIs(reply, 'interrupted');
  assert.deepEqual([content, run_id], ['Some text', null]);
  assert.match(note ?? '', /^The connection to the model broke off\./);
  const { body } = await reply.visitor.get(reply.path);
  assert.match(body, /Some text.*The connection to the model broke off\..*Continue.*Regenerate/s);
});

test('text that came right before a fault is not lost', async t => {
  const reply = await startReply(t);
  reply.call.text('Some text, ');
  await replyWith(reply, 'Some text, ');
  reply.call.text('and some more');
  reply.call.end();
  assert.equal((await replyThatIs(reply, 'interrupted')).content, 'Some text, and some more');
});

test('a fault before any text makes the reply fail, with a sentence', async t => {
  const reply = await startReply(t);
  reply.call.status(401, { body: { error: { message: 'Incorrect API key provided: test-key' } } });
  const { content, note } = await replyThatIs(reply, 'failed');
  assert.equal(content, '');
  assert.match(note ?? '', /Check OPENAI_API_KEY\./);
  const { body } = await reply.visitor.get(reply.path);
  assert.match(body, /Check OPENAI_API_KEY\..*Try again/s);
  assert.ok(!body.includes('test-key'));
});

test('a reply that ends without a word fails, and says so', async t => {
  const reply = await startReply(t);
  reply.call.finish();
  const { content, note } = await replyThatIs(reply, 'failed');
  assert.equal(content, '');
  assert.match(note ?? '', /without a word/);
});

test('a reply that reached its length is complete, with a note that it was cut short', async t => {
  const reply = await startReply(t);
  reply.call.text('And so');
  reply.call.finish('length');
  const { content, note } = await replyThatIs(reply, 'complete');
  assert.equal(content, 'And so');
  assert.match(note ?? '', /^This reply was cut short/);
  assert.match((await reply.visitor.get(reply.path)).body, /This reply was cut short/);
});

test('an emoji that comes in two halves is saved whole, and never as half of it', async t => {
  const reply = await startReply(t);
  reply.call.text('Ahoy \u{D83C}');
  await replyWith(reply, 'Ahoy ');
  reply.call.text('\u{DFF4} matey');
  reply.call.finish();
  const { content } = await replyThatIs(reply, 'complete');
  assert.equal(content, 'Ahoy \u{1F3F4} matey');
});

test('a writer whose reply was taken over writes not another byte, and leaves the model', async t => {
  const reply = await startReply(t);
  reply.call.text('Mine');
  const { id } = await replyWith(reply, 'Mine');
  const other = await openFor(t, reply.databaseUrl);
  await other.updateTable('messages').set({ run_id: 'another' }).where('id', '=', id).execute();

  const sent = performance.now();
  reply.call.text(' and more');
  assert.ok(
    (await reply.call.closed) - sent < LEASE_RENEWAL_MS / 2,
    'at the next write, not at the next renewal',
  );
  const { content, status, run_id } = await replyWith(reply, 'Mine');
  assert.deepEqual([content, status, run_id], ['Mine', 'streaming', 'another']);
});

test('a writer whose lease ran out writes not another byte; the next job settles the reply', async t => {
  const reply = await startReply(t);
  reply.call.text('Mine');
  const { id } = await replyWith(reply, 'Mine');
  await reply.deps.db.updateTable('messages').set({ lease_until: 1 }).where('id', '=', id).execute();
  reply.call.text(' and more');
  await reply.call.closed;
  await runJob(reply, id);
  assert.equal((await replyThatIs(reply, 'interrupted')).content, 'Mine');
});

test('of two jobs for the same attempt one writes, and the other ends', async t => {
  const reply = await startReply(t);
  reply.call.text('First');
  reply.call.finish();
  await replyThatIs(reply, 'complete');

  const { id } = await insertLostReply(reply);
  const jobs = [runJob(reply, id), runJob(reply, id)];
  const call = await reply.upstream.nextCall();
  await Promise.race(jobs);
  assert.equal((await replyThatIs(reply, 'streaming')).content, '');
  call.text('Once');
  call.finish();
  await Promise.all(jobs);
  assert.equal((await replyThatIs(reply, 'complete')).content, 'Once');
  assert.equal(reply.upstream.calls, 2);
});

test('a reply that waits without a job is found and written', async t => {
  const reply = await startReply(t);
  reply.call.text('First');
  reply.call.finish();
  await replyThatIs(reply, 'complete');

  const { id } = await insertLostReply(reply);
  await reply.deps.db.updateTable('messages').set({ created_at: 1 }).where('id', '=', id).execute();
  const call = await reply.upstream.nextCall();
  assert.match(call.body.messages[0]?.content ?? '', /pirate/);
  call.text('Found');
  call.finish();
  const found = await eventually(async () => {
    const rows = await messagesOf(reply.deps.db, reply.path);
    return rows.find(row => row.id === id && row.status === 'complete');
  });
  assert.equal(found.content, 'Found');
});

test('a reply that has text is gone on with, not begun anew', async t => {
  const reply = await startReply(t);
  reply.call.text('First');
  reply.call.finish();
  await replyThatIs(reply, 'complete');

  const { id } = await insertLostReply(reply);
  const content = 'A paragraph\n\nand ';
  await reply.deps.db.updateTable('messages').set({ content }).where('id', '=', id).execute();
  const job = runJob(reply, id);
  const call = await reply.upstream.nextCall();
  call.text('its end.');
  call.finish();
  await job;
  assert.equal((await replyThatIs(reply, 'complete')).content, `${content}its end.`);
});
