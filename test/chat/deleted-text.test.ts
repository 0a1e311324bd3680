import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { claimReply } from '../../src/models/attempt.ts';
import { insertConversation } from '../../src/models/conversation.ts';
import { insertQuestion, insertReply } from '../../src/models/message.ts';
import { appendToReply, finishReply } from '../../src/models/reply.ts';
import { startTestApp } from '../support/app.ts';
import { Visitor } from '../support/visitor.ts';

/** A few words at a time, as a model sends them; from what fits beside others to what fills many pages of the file. */
const BATCHES = [5, 60, 300, 1_500];
const BATCH_LENGTH = 32;

/** A person with a conversation of one pair for each of those lengths, whose replies grew one batch after the other. */
async function startLongConversation(t: TestContext, word: string) {
  const { url, deps, databasePath } = await startTestApp(t);
  const visitor = new Visitor(url);
  await visitor.get('/');
  const [user] = await deps.db.selectFrom('users').selectAll().execute();
  const conversation = await insertConversation(deps.db, {
    id: randomUUIDv7(),
    user_id: user?.id ?? '',
    title: 'Untitled',
    bot_id: 'ChatBot',
  });

  const questions: string[] = [];
  let parent_id: string | null = null;
  for (const count of BATCHES) {
    const id = randomUUIDv7();
    const place = { conversation_id: conversation.id, parent_id };
    await insertQuestion(deps.db, { ...place, id, content: `${word} asked` });
    questions.push(id);
    parent_id = await writeReply(conversation.id, id, count);
  }
  await deps.db.updateTable('conversations').set({ leaf_id: parent_id }).execute();

  async function writeReply(conversation_id: string, parent_id: string, count: number): Promise<string> {
    const reply = { id: randomUUIDv7(), conversation_id, parent_id, bot_id: 'ChatBot' };
    const { id: messageId } = await insertReply(deps.db, reply);
    const run = { messageId, runId: randomUUIDv7() };
    await claimReply(deps.db, { messageId, attempt: 1 }, run.runId);
    for (let i = 0; i < count; i++) {
      const text = `${word} ${i} `.padEnd(BATCH_LENGTH, '.');
      await appendToReply(deps.db, run, { text, reasoning: i < 5 ? text : '', settledLength: undefined });
    }
    const ending = { note: null, model: 'scripted', prompt_tokens: null, completion_tokens: null };
    assert.ok(await finishReply(deps.db, run, ending));
    return messageId;
  }

  /** How often the word stands in the database's files. */
  function traces(): number {
    const files = ['', '-wal', '-shm'].map(ending => readFileSync(`${databasePath}${ending}`, 'latin1'));
    return files.join('').split(word).length - 1;
  }

  return { visitor, deps, path: `/conversations/${conversation.id}`, questions, traces };
}

test('the text of deleted pairs is nowhere in the files of the database, however it grew', async t => {
  const { visitor, deps, questions, traces } = await startLongConversation(t, 'wombat');
  assert.ok(traces() > 1_000);
  for (const id of questions) {
    assert.equal((await visitor.post(`/messages/${id}/deletion`)).status, 303);
  }
  assert.equal(traces(), 0);
  assert.deepEqual(await deps.db.selectFrom('messages').selectAll().execute(), []);
});

test('the text of a deleted conversation is nowhere in the files of the database', async t => {
  const { visitor, deps, path, traces } = await startLongConversation(t, 'wombat');
  assert.ok(traces() > 1_000);
  assert.equal((await visitor.post(`${path}/deletion`)).status, 303);
  assert.equal(traces(), 0);
  assert.deepEqual(await deps.db.selectFrom('messages').selectAll().execute(), []);
});
