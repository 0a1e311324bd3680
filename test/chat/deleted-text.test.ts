import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUIDv7 } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { databasePath } from '../../src/database.ts';
import { claimReply } from '../../src/models/attempt.ts';
import { insertConversation } from '../../src/models/conversation.ts';
import { insertQuestion, insertReply } from '../../src/models/message.ts';
import { appendToReply, finishReply } from '../../src/models/reply.ts';
import { startTestApp } from '../support/app.ts';
import { freshFile } from '../support/databases.ts';
import { eventually } from '../support/eventually.ts';
import { isGoneForGood, wordsAreForgotten } from '../support/rows.ts';
import { Visitor } from '../support/visitor.ts';

/** A few words at a time, as a model sends them; from what fits beside others to what fills many pages of the file. */
const BATCHES = [5, 60, 300, 1_500];
/** Where it is not how they grew that matters. */
const FEWER_BATCHES = [5, 60, 300];
const BATCH_LENGTH = 32;

/** A person with a conversation of one pair for each of those lengths, whose replies grew one batch after the other. */
async function startLongConversation(t: TestContext, word: string, batches = BATCHES) {
  const DATABASE_URL = await freshFile(t);
  const { url, deps } = await startTestApp(t, { DATABASE_URL });
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
  for (const count of batches) {
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
  function traces(pattern = new RegExp(word, 'g')): number {
    const files = ['', '-wal', '-shm'].map(ending =>
      readFileSync(`${databasePath(DATABASE_URL)}${ending}`, 'latin1'),
    );
    return files.join('').match(pattern)?.length ?? 0;
  }

  return { url, DATABASE_URL, visitor, deps, path: `/conversations/${conversation.id}`, questions, traces };
}

test('the text of deleted pairs is nowhere in the files of the database, however it grew', async t => {
  const { visitor, deps, questions, traces } = await startLongConversation(t, 'wombat');
  assert.ok(traces() > 1_000);
  for (const id of questions) {
    assert.equal((await visitor.post(`/messages/${id}/deletion`)).status, 303);
  }
  assert.ok(traces() < 100, 'only the index has it yet');
  await wordsAreForgotten(deps.db);
  assert.equal(traces(), 0);
  assert.deepEqual(await deps.db.selectFrom('messages').selectAll().execute(), []);
});

test('the text of a deleted conversation is nowhere in the files of the database', async t => {
  const { visitor, deps, path, traces } = await startLongConversation(t, 'wombat');
  assert.ok(traces() > 1_000);
  assert.equal((await visitor.post(`${path}/deletion`)).status, 303);
  assert.ok(traces() > 1_000, 'it can still be restored');
  await isGoneForGood(deps.db);
  await wordsAreForgotten(deps.db);
  await eventually(() => traces() === 0);
});

test('words that only a deleted pair had are not in the index any more, in which those of others stay', async t => {
  const { url, visitor, deps, questions, traces } = await startLongConversation(t, 'wombat', FEWER_BATCHES);
  const other = new Visitor(url);
  for (const word of ['numbat', 'woman', 'womb', 'wombats', 'zebra']) await other.startConversation(word);
  const isIndexed = async (term: string) => {
    const { rows } = await sql`SELECT 1 FROM search_index WHERE search_index MATCH ${term}`.execute(deps.db);
    return rows.length > 0;
  };
  assert.ok(await isIndexed('wombat'));
  for (const id of questions) await visitor.post(`/messages/${id}/deletion`);
  assert.equal(await isIndexed('wombat'), false);
  await wordsAreForgotten(deps.db);
  assert.equal(traces(/wombat(?!s)/g), 0);
  assert.ok(await isIndexed('womb'));
});

test('it also goes while several processes remove it at once', async t => {
  const { DATABASE_URL, visitor, deps, path, questions, traces } = await startLongConversation(
    t,
    'wombat',
    FEWER_BATCHES,
  );
  await visitor.post(`/messages/${questions[0]}/deletion`);
  await visitor.post(`${path}/deletion`);
  const from = JSON.stringify(join(import.meta.dirname, '../../src'));
  const script = `
    const { openDatabase } = await import(${from} + '/database.ts');
    const { removeDeletedConversations } = await import(${from} + '/chat/remove-deleted.ts');
    const { beginMerge, continueMerge } = await import(${from} + '/database/sqlite/search-remains.ts');
    const db = await openDatabase(${JSON.stringify(DATABASE_URL)});
    await db.updateTable('conversations').set({ deleted_at: 1 }).where('deleted_at', 'is not', null).execute();
    await removeDeletedConversations({ db });
    if (await beginMerge(db)) while (await continueMerge(db));
    await db.destroy();`;
  const start = () => promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
  await Promise.all(Array.from({ length: 3 }, start));
  await isGoneForGood(deps.db);
  await wordsAreForgotten(deps.db);
  await eventually(() => traces() === 0);
});
