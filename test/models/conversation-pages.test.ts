import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import { test } from 'node:test';
import { makeNewest } from '../../src/models/conversation.ts';
import { pageOfConversations } from '../../src/models/conversation-pages.ts';
import { createGuest } from '../../src/models/user.ts';
import { startTestApp } from '../support/app.ts';

test('the next page begins where the one before ended, whatever became of the conversation there', async t => {
  const { db } = (await startTestApp(t)).deps;
  const { id: user_id } = await createGuest(db);
  const rows = Array.from({ length: 250 }, (_, i) => ({
    id: randomUUIDv7(),
    user_id,
    title: `Number ${i}`,
    bot_id: 'ChatBot',
    created_at: i,
    updated_at: i,
  }));
  await db.insertInto('conversations').values(rows).execute();
  const shelf = 'list';
  const first = await pageOfConversations(db, user_id, { shelf });
  const second = await pageOfConversations(db, user_id, { shelf, before: first.older });
  assert.equal(second.conversations[0]?.title, 'Number 149');

  const [last] = await db.selectFrom('conversations').where('title', '=', 'Number 150').selectAll().execute();
  assert.ok(last);
  await makeNewest(db, last);
  assert.deepEqual(await pageOfConversations(db, user_id, { shelf, before: first.older }), second);
  await db.deleteFrom('conversations').where('id', '=', last.id).execute();
  assert.deepEqual(await pageOfConversations(db, user_id, { shelf, before: first.older }), second);
});
