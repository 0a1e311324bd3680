import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import test, { type TestContext } from 'node:test';
import { seedBots } from '../../src/models/bot.ts';
import { insertConversation } from '../../src/models/conversation.ts';
import { findMessage, insertQuestion, loadMessages } from '../../src/models/message.ts';
import { findNewestLeaf, loadSaid } from '../../src/models/path.ts';
import { createGuest } from '../../src/models/user.ts';
import { touchSiblings } from '../../src/models/versions.ts';
import { openFresh } from '../support/databases.ts';

/** A database in which messages can be put below one another, or at the beginning of one of two conversations. */
async function openTree(t: TestContext) {
  const db = await openFresh(t);
  await seedBots(db);
  const user = await createGuest(db);
  const startConversation = async () =>
    (await insertConversation(db, { id: randomUUIDv7(), user_id: user.id, title: '', bot_id: 'ChatBot' })).id;
  const conversation = await startConversation();
  let time = 1;

  /** Each is made a moment after the one before, unless a time is given. */
  async function insert(parent_id: string | null, createdAt = time++, conversation_id = conversation) {
    const { id } = await insertQuestion(db, { id: randomUUIDv7(), conversation_id, parent_id, content: 'x' });
    await db.updateTable('messages').set({ created_at: createdAt }).where('id', '=', id).execute();
    return id;
  }

  return { db, insert, startConversation };
}

test('a message that is alone is the one version of itself', async t => {
  const { db, insert } = await openTree(t);
  const root = await insert(null);
  const child = await insert(root);
  for (const { versions } of await loadMessages(db, [root, child])) {
    assert.deepEqual(versions, { place: 1, count: 1, previous: undefined, next: undefined });
  }
});

test('versions of a message stand in the order in which they were made', async t => {
  const { db, insert } = await openTree(t);
  const root = await insert(null);
  const [third, first, second] = [await insert(root, 30), await insert(root, 10), await insert(root, 20)];
  const loaded = await loadMessages(db, [third, first, second]);
  assert.deepEqual(
    loaded.map(({ versions }) => versions),
    [
      { place: 3, count: 3, previous: second, next: undefined },
      { place: 1, count: 3, previous: undefined, next: second },
      { place: 2, count: 3, previous: first, next: third },
    ],
  );
});

test('made in the same moment, versions stand in the order of their ids', async t => {
  const { db, insert } = await openTree(t);
  const root = await insert(null);
  const ids = [await insert(root, 10), await insert(root, 10)].toSorted();
  const [lower, higher] = await loadMessages(db, ids);
  assert.deepEqual([lower?.versions.place, higher?.versions.place], [1, 2]);
  assert.equal((await findNewestLeaf(db, root)).id, ids[1]);
});

test('the first messages of a conversation are versions of one another, and of no other conversation’s', async t => {
  const { db, insert, startConversation } = await openTree(t);
  const other = await startConversation();
  const [first, second] = [await insert(null), await insert(null)];
  const elsewhere = await insert(null, 1, other);
  const loaded = await loadMessages(db, [first, second, elsewhere]);
  assert.deepEqual(
    loaded.map(({ versions: { place, count } }) => `${place}/${count}`),
    ['1/2', '2/2', '1/1'],
  );
});

test('a new message counts up the versions of its siblings, and of nothing else', async t => {
  const { db, insert, startConversation } = await openTree(t);
  const other = await startConversation();
  const [root, rootSibling, elsewhere] = [
    await insert(null),
    await insert(null),
    await insert(null, 1, other),
  ];
  const [child, childSibling] = [await insert(root), await insert(root)];
  const all = [root, rootSibling, elsewhere, child, childSibling];
  const touch = async (id: string) => {
    const message = await findMessage(db, id);
    assert.ok(message);
    await touchSiblings(db, message);
    return (await loadMessages(db, all)).map(({ version }) => version);
  };
  assert.deepEqual(await touch(childSibling), [1, 1, 1, 2, 1]);
  assert.deepEqual(await touch(rootSibling), [2, 1, 1, 2, 1]);
});

test('the newest leaf is found by way of the child that was made last, each time', async t => {
  const { db, insert } = await openTree(t);
  const root = await insert(null);
  const newer = await insert(root, 50);
  const older = await insert(root, 40);
  const last = await insert(newer, 60);
  await insert(newer, 45);
  const below = await insert(older, 70);
  assert.equal((await findNewestLeaf(db, root)).id, last);
  assert.equal((await findNewestLeaf(db, older)).id, below);
  assert.equal((await findNewestLeaf(db, last)).id, last);
});

test('of what was said as much is read from the end on as is asked for, and what makes it too long', async t => {
  const { db, insert } = await openTree(t);
  const ids: string[] = [];
  for (let n = 1; n <= 5; n++) ids.push(await insert(ids.at(-1) ?? null));
  const said = async (length: number) => (await loadSaid(db, ids.at(-1) ?? null, length)).map(({ id }) => id);
  assert.deepEqual(await said(0), ids.slice(-1));
  assert.deepEqual(await said(2), ids.slice(-3));
  assert.deepEqual(await said(100), ids);
  assert.deepEqual(await loadSaid(db, null, 100), []);
});
