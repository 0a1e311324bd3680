import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import test from 'node:test';
import { sql } from 'kysely';
import { insertReply } from '../../src/models/message.ts';
import { startTestApp } from '../support/app.ts';
import { closeAfter } from '../support/close-after.ts';
import { isSaved, messagesOf } from '../support/rows.ts';
import { Visitor } from '../support/visitor.ts';

test('a lost reply is found also where a deleted conversation cannot be removed', async t => {
  const { url, deps, upstream } = await startTestApp(t, {}, /foreign key constraint/i);
  const { db } = deps;
  await sql`CREATE TABLE anchors (conversation_id text REFERENCES conversations (id))`.execute(db);
  closeAfter(t, () => sql`DROP TABLE anchors`.execute(db));
  upstream.answerAll(call => {
    call.text('Found');
    call.finish();
  });
  const visitor = new Visitor(url);
  const [deleted, path] = [await visitor.startConversation('One'), await visitor.startConversation('Two')];
  await isSaved(db, deleted, 'Found');
  await isSaved(db, path, 'Found');
  await sql`INSERT INTO anchors VALUES (${deleted.split('/').at(-1)})`.execute(db);
  await visitor.post(`${deleted}/deletion`);
  await db.updateTable('conversations').set({ deleted_at: 1 }).where('deleted_at', 'is not', null).execute();

  const [question] = await messagesOf(db, path);
  assert.ok(question);
  await db.deleteFrom('messages').where('parent_id', '=', question.id).execute();
  const { id: parent_id, conversation_id } = question;
  await insertReply(db, { id: randomUUIDv7(), conversation_id, parent_id, bot_id: 'ChatBot' });
  await db.updateTable('messages').set({ created_at: 1 }).where('id', '=', question.id).execute();
  await db.updateTable('messages').set({ created_at: 2 }).where('status', '=', 'pending').execute();
  await isSaved(db, path, 'Found');
});
