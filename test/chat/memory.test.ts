import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { conversationSoFar } from '../../src/chat/conversation-so-far.ts';
import type { MessageRow } from '../../src/schema.ts';
import { startTestApp } from '../support/app.ts';
import { beginConversation, startConversation, type TestConversation } from '../support/conversation.ts';

/** About 190 tokens: beside its instructions and its reply the model can have three of these before it. */
const LONG = 'x'.repeat(600);
const MARK = 'The model remembers from here on.';

/** A conversation with a model that remembers little, after so many pairs. */
async function startLong(t: TestContext, pairs: number): Promise<TestConversation> {
  const conversation = await startConversation(t, { OPENAI_CONTEXT_TOKENS: '1000' });
  await conversation.answer('Reply 1');
  for (let n = 2; n <= pairs; n++) await askLong(conversation, n);
  return conversation;
}

/** @returns what the model was given */
async function askLong(conversation: TestConversation, n: number) {
  await conversation.ask(`Question ${n} ${LONG}`);
  const { call } = await conversation.answer(`Reply ${n} ${LONG}`);
  return call.body.messages.map(({ content }) => content.slice(0, 10).trim());
}

async function memoryStart({ deps }: TestConversation): Promise<string | undefined> {
  const row = await deps.db
    .selectFrom('conversations')
    .innerJoin('messages', 'messages.id', 'conversations.memory_start_id')
    .select('content')
    .executeTakeFirst();
  return row?.content.slice(0, 10);
}

/** The text of the message that is marked on the page. */
async function marked({ visitor, path }: TestConversation): Promise<string | undefined> {
  const { body } = await visitor.get(path);
  assert.ok(body.split(MARK).length <= 2, 'there is one mark at most');
  return new RegExp(`${MARK}.*?_body"[^>]*>(.{10})`, 's').exec(body)?.[1];
}

test('what is older than fits is left out, in whole messages, and the page says from where on', async t => {
  const conversation = await startLong(t, 3);
  assert.equal(await marked(conversation), undefined);
  const given = await askLong(conversation, 4);
  assert.equal(given[0], 'You are Ch');
  assert.deepEqual(given.slice(1), ['Question 3', 'Reply 3 xx', 'Question 4']);
  assert.equal(await memoryStart(conversation), 'Question 3');
  assert.equal(await marked(conversation), 'Question 3');
});

test('the mark moves on with each reply, and every page is told of both messages', async t => {
  const conversation = await startLong(t, 4);
  const { deps, path, rows } = conversation;
  const question = async (n: number) =>
    (await rows()).find(({ content }) => content.startsWith(`Question ${n}`));
  const before = { three: await question(3), four: await question(4) };
  const frames: string[] = [];
  await deps.broadcaster.subscribe(`conversation:${path.split('/').at(-1)}`, {
    receive: frame => frames.push(frame),
    missed: () => assert.fail('a gap'),
  });
  await askLong(conversation, 5);
  assert.equal(await marked(conversation), 'Question 4');

  const steps = (message: { id: string; version: number } | undefined) =>
    frames.filter(frame => frame.includes(`target="message_${message?.id}" `));
  const [three, four] = [await question(3), await question(4)];
  assert.equal(three?.version, (before.three?.version ?? 0) + 1);
  assert.equal(four?.version, (before.four?.version ?? 0) + 1);
  assert.match(steps(three).at(-1) ?? '', new RegExp(`data-version="${three?.version}"`));
  assert.ok(!steps(three).at(-1)?.includes(MARK));
  assert.ok(steps(four).at(-1)?.includes(MARK));
});

test('a reply that is written anew from the same messages leaves the mark alone', async t => {
  const conversation = await startLong(t, 4);
  const [before, last] = [await conversation.rows(), (await conversation.rows()).at(-1)];
  await conversation.visitor.post(`/messages/${last?.id}/regeneration`);
  await conversation.answer('Anew');
  const after = new Map((await conversation.rows()).map(({ id, version }) => [id, version]));
  for (const { id, version } of before.slice(0, -1)) assert.equal(after.get(id), version);
  assert.equal(await marked(conversation), 'Question 3');
});

test('the mark goes when all fits again', async t => {
  const conversation = await startLong(t, 4);
  for (const n of [2, 3, 4]) {
    const id = (await conversation.rows()).find(({ content }) => content.startsWith(`Question ${n}`))?.id;
    await conversation.visitor.post(`/messages/${id}/deletion`);
  }
  await conversation.ask('Short');
  const { call } = await conversation.answer('Reply');
  assert.deepEqual(
    call.body.messages.slice(1).map(({ content }) => content),
    ['One', 'Reply 1', 'Short'],
  );
  assert.equal(await memoryStart(conversation), undefined);
  assert.equal(await marked(conversation), undefined);
});

test('a reply that is gone on with keeps its question, however long both are', async t => {
  const conversation = await startLong(t, 2);
  await conversation.ask(`Question 3 ${LONG.repeat(9)}`);
  await conversation.breakOff(`Begun ${LONG}`);
  const reply = (await conversation.rows()).at(-1);
  await conversation.visitor.post(`/messages/${reply?.id}/continuation`);
  const { call } = await conversation.answer(' and ended');
  assert.deepEqual(
    call.body.messages.map(({ role, content }) => [role, content.slice(0, 5)]),
    [
      ['system', 'You a'],
      ['user', 'Quest'],
      ['assistant', 'Begun'],
    ],
  );
});

test('the server’s own word for the model’s context counts, and so does the bot’s length', async t => {
  const app = await startTestApp(t);
  app.upstream.models = [{ id: 'scripted', max_model_len: 1_000 }];
  const conversation = await beginConversation(app);
  await conversation.answer('Reply 1');
  await askLong(conversation, 2);
  await askLong(conversation, 3);
  assert.deepEqual(await askLong(conversation, 4), ['You are Ch', 'Question 3', 'Reply 3 xx', 'Question 4']);
  await conversation.deps.db.updateTable('bots').set({ max_tokens: 700 }).execute();
  assert.deepEqual(await askLong(conversation, 5), ['You are Ch', 'Question 5']);
});

test('a question that is too long for what was before it takes the mark from far back, on every page', async t => {
  const conversation = await startLong(t, 4);
  const frames: string[] = [];
  await conversation.deps.broadcaster.subscribe(`conversation:${conversation.path.split('/').at(-1)}`, {
    receive: frame => frames.push(frame),
    missed: () => assert.fail('a gap'),
  });
  const three = await questionOf(conversation, 3);
  await conversation.ask(`Question 5 ${LONG.repeat(9)}`);
  await conversation.answer('Reply 5');
  assert.equal(await marked(conversation), 'Question 5');
  assert.ok(frames.some(frame => frame.includes(`target="message_${three.id}" `)));
});

test('a job that has lost its reply moves nothing, and asks nobody', async t => {
  const conversation = await startLong(t, 4);
  const reply = (await conversation.rows()).find(({ content }) => content.startsWith('Reply 2'));
  assert.ok(reply);
  const run = { messageId: reply.id, runId: 'another' };
  const wishes = { bot: { instructions: '' }, model: undefined, maxTokens: undefined };
  assert.equal(await conversationSoFar(conversation.deps, { run, reply }, wishes), undefined);
  assert.equal(await marked(conversation), 'Question 3');
});

test('the mark of a deleted pair goes on to the next question, and away with the last one before it', async t => {
  const conversation = await startLong(t, 4);
  const body = await deletePair(conversation, await questionOf(conversation, 3));
  assert.equal(await marked(conversation), 'Question 4');
  const { id, version } = await questionOf(conversation, 4);
  const step = new RegExp(`target="message_${id}"[^>]* data-version="${version}".*${MARK}`, 's');
  assert.match(body, step);

  await deletePair(conversation, await questionOf(conversation, 2));
  assert.equal(await marked(conversation), 'Question 4');
  const [first] = await conversation.rows();
  assert.ok(first);
  assert.ok(!(await deletePair(conversation, first)).includes(MARK));
  assert.equal(await marked(conversation), undefined);
});

async function questionOf({ rows }: TestConversation, n: number): Promise<MessageRow> {
  const question = (await rows()).find(({ content }) => content.startsWith(`Question ${n}`));
  assert.ok(question);
  return question;
}

/** @returns the steps for the page */
async function deletePair({ visitor }: TestConversation, { id }: MessageRow): Promise<string> {
  return (await visitor.postAsTurbo(`/messages/${id}/deletion`)).body;
}
