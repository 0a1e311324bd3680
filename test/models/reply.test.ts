import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import test, { type TestContext } from 'node:test';
import { type Database, now } from '../../src/database.ts';
import { claimReply, findLostReplies, settleAbandonedReply } from '../../src/models/attempt.ts';
import { seedBots } from '../../src/models/bot.ts';
import { insertConversation } from '../../src/models/conversation.ts';
import { findMessage, insertQuestion, insertReply, type Message } from '../../src/models/message.ts';
import {
  appendToReply,
  breakOffReply,
  finishReply,
  LEASE_MS,
  type Run,
  renewLease,
  reopenReply,
  returnReply,
  stopReply,
} from '../../src/models/reply.ts';
import { createGuest } from '../../src/models/user.ts';
import type { MessageRow } from '../../src/schema.ts';
import { openFresh } from '../support/databases.ts';

const ENDING = { note: null, model: null, prompt_tokens: null, completion_tokens: null };

/** A database with one reply that waits to be written. */
async function pendingReply(t: TestContext) {
  const db = await openFresh(t);
  await seedBots(db);
  const [user, bot_id] = [await createGuest(db), 'ChatBot'];
  const conversation = { id: randomUUIDv7(), user_id: user.id, title: 'One', bot_id };
  const { id: conversation_id } = await insertConversation(db, conversation);
  const question = { id: randomUUIDv7(), conversation_id, parent_id: null, content: 'One' };
  const { id: parent_id } = await insertQuestion(db, question);
  const { id } = await insertReply(db, { id: randomUUIDv7(), conversation_id, parent_id, bot_id });
  return { db, id, attempt: { messageId: id, attempt: 1 }, run: { messageId: id, runId: 'first' } };
}

/** The same, claimed by the run `first`. */
async function claimedReply(t: TestContext) {
  const reply = await pendingReply(t);
  assert.ok(await claimReply(reply.db, reply.attempt, reply.run.runId));
  return reply;
}

async function read(db: Database, id: string): Promise<Message> {
  const message = await findMessage(db, id);
  assert.ok(message);
  return message;
}

async function change(db: Database, id: string, values: Partial<MessageRow>): Promise<void> {
  await db.updateTable('messages').set(values).where('id', '=', id).execute();
}

const addition = (text: string, reasoning = '') => ({ text, reasoning, settledLength: undefined });

test('a claim makes the run the writer, for the length of a lease', async t => {
  const { db, id, attempt } = await pendingReply(t);
  const claimed = await claimReply(db, attempt, 'first');
  const { time } = await db.selectNoFrom(now.as('time')).executeTakeFirstOrThrow();
  assert.equal(claimed?.status, 'streaming');
  assert.equal(claimed.run_id, 'first');
  assert.equal(claimed.version, 2);
  assert.equal(claimed.lease_until, (claimed.started_at ?? 0) + LEASE_MS);
  assert.ok(claimed.lease_until > time);
  assert.equal((await read(db, id)).version, 2);
});

test('a second claim of the same attempt finds nothing', async t => {
  const { db, id, attempt } = await claimedReply(t);
  const before = await read(db, id);
  assert.equal(await claimReply(db, attempt, 'second'), undefined);
  assert.equal(await settleAbandonedReply(db, attempt), undefined);
  assert.deepEqual(await read(db, id), before);
});

test('a job for another attempt, or for no reply at all, finds nothing', async t => {
  const { db, id } = await pendingReply(t);
  for (const attempt of [0, 2]) {
    assert.equal(await claimReply(db, { messageId: id, attempt }, 'other'), undefined);
  }
  assert.equal(await claimReply(db, { messageId: randomUUIDv7(), attempt: 1 }, 'other'), undefined);
  assert.equal((await read(db, id)).status, 'pending');
});

test('a waiting reply that has text is claimed with it', async t => {
  const { db, id, attempt } = await pendingReply(t);
  await change(db, id, { content: 'So far', reasoning: 'Hm' });
  const claimed = await claimReply(db, attempt, 'first');
  assert.deepEqual([claimed?.content, claimed?.reasoning], ['So far', 'Hm']);
});

test('text and reasoning are appended, each time as one version more', async t => {
  const { db, id, run } = await claimedReply(t);
  assert.equal(await appendToReply(db, run, { text: 'Hello', reasoning: 'Hm', settledLength: 3 }), 3);
  assert.equal(await appendToReply(db, run, addition(', world', ', so')), 4);
  const { content, reasoning, settled_length, version } = await read(db, id);
  assert.deepEqual([content, reasoning, settled_length, version], ['Hello, world', 'Hm, so', 3, 4]);
});

test('writing and renewing keep the lease; a renewal is no new version', async t => {
  const { db, id, run } = await claimedReply(t);
  const time = async () => (await db.selectNoFrom(now.as('time')).executeTakeFirstOrThrow()).time;
  const left = async () => ((await read(db, id)).lease_until ?? 0) - (await time());
  await change(db, id, { lease_until: (await time()) + LEASE_MS / 3 });
  await appendToReply(db, run, addition('Hello'));
  assert.ok((await left()) > LEASE_MS / 2);

  await change(db, id, { lease_until: (await time()) + LEASE_MS / 3 });
  const { version } = await read(db, id);
  assert.equal(await renewLease(db, run), true);
  assert.ok((await left()) > LEASE_MS / 2);
  assert.equal((await read(db, id)).version, version);
});

test('a reply that is finished has its outcome, and no writer', async t => {
  const { db, id, run } = await claimedReply(t);
  await appendToReply(db, run, addition('Hello'));
  const outcome = { note: 'Cut short.', model: 'scripted', prompt_tokens: 3, completion_tokens: 1 };
  assert.equal(await finishReply(db, run, outcome), 'complete');
  const { status, note, model, prompt_tokens, completion_tokens, run_id, version, finished_at } = await read(
    db,
    id,
  );
  assert.deepEqual({ note, model, prompt_tokens, completion_tokens }, outcome);
  assert.deepEqual([status, run_id, version], ['complete', null, 4]);
  assert.ok(finished_at !== null);
});

test('a reply that breaks off is interrupted where it has text, and failed where it has none', async t => {
  for (const [text, status] of [
    ['Hello', 'interrupted'],
    ['', 'failed'],
  ] as const) {
    const { db, id, run } = await claimedReply(t);
    await appendToReply(db, run, addition(text, 'Hm'));
    assert.equal(await breakOffReply(db, run, 'The connection broke off.'), status);
    const reply = await read(db, id);
    assert.deepEqual([reply.status, reply.content], [status, text]);
    assert.deepEqual([reply.note, reply.run_id], ['The connection broke off.', null]);
  }
});

test('a reply whose writer died is settled where it has text', async t => {
  const { db, id, attempt, run } = await claimedReply(t);
  await appendToReply(db, run, addition('Hello'));
  await change(db, id, { lease_until: 1 });
  assert.equal(await claimReply(db, attempt, 'second'), undefined);
  assert.equal(await settleAbandonedReply(db, attempt), 'interrupted');
  const { status, content, note, run_id } = await read(db, id);
  assert.deepEqual([status, content, run_id], ['interrupted', 'Hello', null]);
  assert.equal(note, 'The writing of this reply broke off.');
  assert.equal(await settleAbandonedReply(db, attempt), undefined);
});

test('a reply whose writer died before any text is started over once, and then fails', async t => {
  const { db, id, attempt, run } = await claimedReply(t);
  await appendToReply(db, run, addition('', 'A thought'));
  await change(db, id, { lease_until: 1 });

  const over = await claimReply(db, attempt, 'second');
  assert.deepEqual([over?.run_id, over?.takeovers, over?.reasoning], ['second', 1, '']);
  assert.equal(await appendToReply(db, run, addition('too late')), undefined);

  await change(db, id, { lease_until: 1 });
  assert.equal(await claimReply(db, attempt, 'third'), undefined);
  assert.equal(await settleAbandonedReply(db, attempt), 'failed');
  const { status, note } = await read(db, id);
  assert.deepEqual([status, note], ['failed', 'The reply could not be written.']);
});

const losses: Readonly<Record<string, (db: Database, id: string) => Promise<unknown>>> = {
  'another run has it': (db, id) => change(db, id, { run_id: 'second' }),
  'its lease has run out': (db, id) => change(db, id, { lease_until: 1 }),
  'it was stopped': (db, id) => stopReply(db, id),
  'it is finished': (db, id) => finishReply(db, { messageId: id, runId: 'first' }, ENDING),
  'it was given back': (db, id) => returnReply(db, { messageId: id, runId: 'first' }),
  'it is deleted': (db, id) => db.deleteFrom('messages').where('id', '=', id).execute(),
};

const writes: Readonly<Record<string, (db: Database, run: Run) => Promise<unknown>>> = {
  append: (db, run) => appendToReply(db, run, addition('too late')),
  renew: renewLease,
  finish: (db, run) => finishReply(db, run, ENDING),
  'break off': (db, run) => breakOffReply(db, run, 'Too late.'),
  'give back': returnReply,
};

for (const [loss, lose] of Object.entries(losses)) {
  test(`a run changes nothing any more once ${loss}`, async t => {
    const { db, id, run } = await claimedReply(t);
    await lose(db, id);
    const before = await findMessage(db, id);
    for (const [name, write] of Object.entries(writes)) {
      assert.ok(!(await write(db, run)), `${name} says that it did nothing`);
      assert.deepEqual(await findMessage(db, id), before, `${name} did nothing`);
    }
  });
}

test('an open reply is stopped with the text it has, whoever writes it', async t => {
  const { db, id, run } = await claimedReply(t);
  await appendToReply(db, run, addition('Hello'));
  assert.equal(await stopReply(db, id), true);
  const { status, content, run_id, finished_at } = await read(db, id);
  assert.deepEqual([status, content, run_id], ['stopped', 'Hello', null]);
  assert.ok(finished_at !== null);
  assert.equal(await stopReply(db, id), false);
});

test('a reply is stopped while it waits, and then cannot be claimed', async t => {
  const { db, id, attempt } = await pendingReply(t);
  assert.equal(await stopReply(db, id), true);
  assert.equal(await claimReply(db, attempt, 'first'), undefined);
});

test('a reply without text is given back for the next attempt', async t => {
  const { db, id, attempt, run } = await claimedReply(t);
  await appendToReply(db, run, addition('', 'A thought'));
  assert.deepEqual(await returnReply(db, run), { messageId: id, attempt: 2 });
  const { status, reasoning, run_id } = await read(db, id);
  assert.deepEqual([status, reasoning, run_id], ['pending', '', null]);
  assert.equal(await claimReply(db, attempt, 'second'), undefined);
  assert.ok(await claimReply(db, { messageId: id, attempt: 2 }, 'second'));
});

test('a reply with text is not given back', async t => {
  const { db, id, run } = await claimedReply(t);
  await appendToReply(db, run, addition('Hello'));
  assert.equal(await returnReply(db, run), undefined);
  assert.equal((await read(db, id)).status, 'streaming');
});

const CONTINUABLE: readonly Partial<MessageRow>[] = [
  { status: 'interrupted', note: 'The connection broke off.' },
  { status: 'stopped' },
  { status: 'complete', note: 'This reply was cut short.' },
];

for (const state of CONTINUABLE) {
  test(`a reply that is ${state.status}${state.note ? `, with a note,` : ''} is opened again with its text`, async t => {
    const { db, id } = await pendingReply(t);
    const kept = { content: 'Hello, ', reasoning: 'Hm', settled_length: 3 };
    await change(db, id, { ...state, ...kept, takeovers: 1, finished_at: 1 });
    assert.deepEqual(await reopenReply(db, id), { messageId: id, attempt: 2 });
    const reply = await read(db, id);
    assert.deepEqual([reply.status, reply.version, reply.takeovers], ['pending', 2, 0]);
    assert.deepEqual([reply.note, reply.finished_at], [null, null]);
    const { content, reasoning, settled_length } = reply;
    assert.deepEqual({ content, reasoning, settled_length }, kept);
    const claimed = await claimReply(db, { messageId: id, attempt: 2 }, 'second');
    assert.deepEqual([claimed?.content, claimed?.reasoning], [kept.content, kept.reasoning]);
  });
}

test('a reply that is open, complete, or without text is not opened again', async t => {
  const { db, id } = await pendingReply(t);
  for (const state of [
    { status: 'pending', content: 'Hello' },
    { status: 'streaming', content: 'Hello' },
    { status: 'complete', content: 'Hello' },
    { status: 'stopped', content: '' },
    { status: 'failed', content: '', note: 'The model answered without a word.' },
  ] as const) {
    await change(db, id, { note: null, ...state });
    const before = await read(db, id);
    assert.equal(await reopenReply(db, id), undefined, state.status);
    assert.deepEqual(await read(db, id), before);
  }
});

test('lost are replies that wait for too long, and those whose writer died; no others', async t => {
  const { db, id, attempt } = await pendingReply(t);
  assert.deepEqual(await findLostReplies(db), []);
  const { created_at } = await read(db, id);
  await change(db, id, { created_at: created_at - LEASE_MS - 1 });
  assert.deepEqual(await findLostReplies(db), [attempt]);

  await claimReply(db, attempt, 'first');
  assert.deepEqual(await findLostReplies(db), []);
  await change(db, id, { lease_until: 1 });
  assert.deepEqual(await findLostReplies(db), [attempt]);

  await stopReply(db, id);
  assert.deepEqual(await findLostReplies(db), []);
});
