import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import test, { type TestContext } from 'node:test';
import { sql } from 'kysely';
import { now } from '../../src/database.ts';
import { seedBots } from '../../src/models/bot.ts';
import { insertConversation } from '../../src/models/conversation.ts';
import { insertQuestion } from '../../src/models/message.ts';
import { lookUpDeleted, removeSomeDeleted, UNDO_MS } from '../../src/models/shelving.ts';
import { createGuest } from '../../src/models/user.ts';
import { openFresh } from '../support/databases.ts';

/** A person whose conversation was deleted, so that the minute ended some time ago, or ends in some time. */
async function openDeleted(t: TestContext, endedMsAgo: number) {
  const db = await openFresh(t);
  await seedBots(db);
  const user = await createGuest(db);
  const conversation = { id: randomUUIDv7(), user_id: user.id, title: 'One', bot_id: 'ChatBot' };
  const { id } = await insertConversation(db, conversation);
  const deleted_at = sql<number>`${now} - ${UNDO_MS + endedMsAgo}`;
  await db.updateTable('conversations').set({ deleted_at }).execute();
  return { db, id, find: () => lookUpDeleted(db, user.id, id) };
}

test('a deleted conversation can be taken back for a minute, and is not removed before', async t => {
  const { db, find } = await openDeleted(t, -20_000);
  assert.equal(await removeSomeDeleted(db), false);
  assert.equal((await find())?.title, 'One');
});

test('after a minute it cannot be taken back, also while it is not removed yet', async t => {
  const { db, find } = await openDeleted(t, 1);
  assert.equal(await find(), undefined);
  assert.equal(await removeSomeDeleted(db), true);
  assert.deepEqual(await db.selectFrom('conversations').select('id').execute(), []);
});

test('a long conversation is removed a few messages at a time, and itself with the last', async t => {
  const { db, id: conversation_id } = await openDeleted(t, 1);
  let parent_id: string | null = null;
  for (let i = 0; i < 120; i++) {
    const id: string = randomUUIDv7();
    await insertQuestion(db, { id, conversation_id, parent_id, content: 'x' });
    parent_id = id;
  }
  const count = async (table: 'messages' | 'conversations') =>
    (await db.selectFrom(table).select('id').execute()).length;
  const counts: number[] = [];
  while (await removeSomeDeleted(db)) counts.push((await count('messages')) + (await count('conversations')));
  assert.deepEqual(counts, [71, 21, 0]);
});
