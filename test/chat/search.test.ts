import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { sql } from 'kysely';
import { type FoundConversation, searchConversations } from '../../src/chat/search-conversations.ts';
import { insertConversation, renameConversation } from '../../src/models/conversation.ts';
import { insertQuestion } from '../../src/models/message.ts';
import { createGuest } from '../../src/models/user.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { startConversation } from '../support/conversation.ts';
import { KIND } from '../support/databases.ts';
import { isSaved } from '../support/rows.ts';

/** A person, what they have written, and what they find. */
async function startPerson({ deps }: Pick<TestApp, 'deps'>) {
  const { db } = deps;
  const { id: userId } = await createGuest(db);
  return {
    async write(title: string, ...texts: readonly string[]): Promise<string> {
      const conversation = { id: randomUUIDv7(), user_id: userId, title, bot_id: 'ChatBot' };
      const { id } = await insertConversation(db, conversation);
      const ids = texts.map(() => randomUUIDv7()).toSorted(); // those of one millisecond are in any order
      for (const [i, content] of texts.entries())
        await insertQuestion(db, {
          id: ids[i] ?? '',
          conversation_id: id,
          parent_id: ids[i - 1] ?? null,
          content,
        });
      return id;
    },
    async find(typed: string): Promise<readonly FoundConversation[]> {
      return (await searchConversations(deps, { userId, typed })).conversations;
    },
  };
}

async function openPerson(t: TestContext) {
  const app = await startTestApp(t);
  return { ...app, ...(await startPerson(app)) };
}

const drawn = (parts: FoundConversation['title']) =>
  parts.map(({ text, isHit }) => (isHit ? `[${text}]` : text)).join('');
const titles = (found: readonly FoundConversation[]) => found.map(({ title }) => drawn(title));
const excerpts = (found: readonly FoundConversation[]) =>
  found.flatMap(({ messages }) => messages.map(message => drawn(message.excerpt)));

/** The index says the same as the rows. */
async function isInStep({ deps: { db } }: Pick<TestApp, 'deps'>): Promise<void> {
  if (KIND === 'sqlite') {
    // FTS5 compares them itself.
    await sql`INSERT INTO search_index (search_index, rank) VALUES ('integrity-check', 1)`.execute(db);
    return;
  }
  const { rows } = await sql`
    WITH wanted AS (
      SELECT id AS thing_id, search_words('titles', user_id, title) AS words FROM conversations
      UNION ALL
      SELECT messages.id, search_words('messages', user_id, content)
      FROM messages JOIN conversations ON conversations.id = conversation_id
      WHERE status NOT IN ('pending', 'streaming') AND content <> ''
    )
    SELECT * FROM wanted FULL JOIN search_entries USING (thing_id, words)
    WHERE wanted.thing_id IS NULL OR search_entries.thing_id IS NULL`.execute(db);
  assert.deepEqual(rows, []);
}

test('all words are found, whatever their case and accents, the last as the beginning of one', async t => {
  const { write, find } = await openPerson(t);
  await write('Nothing', 'The Café on the corner has crème brûlée, I am told', 'The corner is round');
  assert.deepEqual(excerpts(await find('CAFE corn')), [
    'The [Café] on the [corner] has crème brûlée, I am told',
  ]);
  assert.deepEqual(excerpts(await find('brulee')), ['…on the corner has crème [brûlée], I am told']);
  assert.equal(excerpts(await find('corner')).length, 2);
  assert.deepEqual(await find('corn caf nothing else'), []);
  assert.deepEqual(await find('caf corner'), [], 'only the last word may go on');
});

test('a phrase is found only where its words follow each other', async t => {
  const { write, find } = await openPerson(t);
  await write('Nothing', 'to be or not to be', 'be to that');
  assert.deepEqual(excerpts(await find('"to be"')), ['[to be] or not [to be]']);
  assert.deepEqual(excerpts(await find('“not to b')), ['to be or [not to be]']);
  assert.deepEqual(await find('"not to b"'), []);
});

test('whatever is typed is looked for, and nothing of it is taken for a command', async t => {
  const { write, find } = await openPerson(t);
  await write('AND title : near(x)', 'C++ is "not" NOT a* ^b {c} -d owner: e; DROP TABLE f');
  const typed = [
    ...'"*^:(){}[]+-,.;\'\\/%_&|!?~`<>\0\u0301\ud800😀'.split(''),
    '""',
    '"',
    'a"b"c"',
    'NOT',
    'AND OR',
    'near(x y, 2)',
    'owner : x',
    'title:near',
    'C++',
    "'; --",
    '<script>',
    '\0a',
    'x'.repeat(10_000),
    'x '.repeat(10_000),
    '"'.repeat(10_000),
  ];
  for (const each of typed) await find(each);
  assert.equal((await find('C++')).length, 1);
  assert.equal((await find('NOT')).length, 1);
  assert.equal((await find('title:near')).length, 1);
  assert.deepEqual(await find('😀'), []);
  assert.deepEqual(await find(''), []);
});

test('titles come first, then the newest messages, a few of each conversation', async t => {
  const { write, find } = await openPerson(t);
  await write('The wombat', 'Hello');
  await write('One', ...Array.from({ length: 9 }, (_, i) => `wombat ${i}`));
  await write('Two', 'a wombat too');
  const found = await find('wombat');
  assert.deepEqual(titles(found), ['The [wombat]', 'Two', 'One']);
  assert.deepEqual(excerpts(found), ['a [wombat] too', '[wombat] 8', '[wombat] 7', '[wombat] 6']);
});

test('only what the person wrote is found, and only until it is deleted', async t => {
  const app = await openPerson(t);
  const stranger = await startPerson(app);
  await stranger.write('The wombat', 'a wombat');
  assert.deepEqual(await app.find('wombat'), []);
  assert.deepEqual(await app.find('owner'), []);

  const id = await app.write('My wombat', 'a wombat');
  const set = (column: 'archived_at' | 'deleted_at') =>
    app.deps.db
      .updateTable('conversations')
      .set({ [column]: 1 })
      .where('id', '=', id)
      .execute();
  await set('archived_at');
  assert.equal((await app.find('wombat')).length, 1);
  await set('deleted_at');
  assert.deepEqual(await app.find('wombat'), []);
  assert.equal((await stranger.find('wombat')).length, 1);
});

test('a title that changes is found by its words of now', async t => {
  const app = await openPerson(t);
  const id = await app.write('Wombats', 'Hello');
  await renameConversation(app.deps.db, id, { title: 'Marsupials', titled_after: null });
  assert.deepEqual(await app.find('wombats'), []);
  assert.deepEqual(titles(await app.find('marsupials')), ['[Marsupials]']);
  await isInStep(app);
});

test('a reply is found once it has ended, also when it is stopped, and not while it is written', async t => {
  const conversation = await startConversation(t);
  const { deps, visitor, upstream, replyThatIs } = conversation;
  const [user] = await deps.db.selectFrom('users').selectAll().execute();
  const count = async (typed: string) =>
    (await searchConversations(deps, { userId: user?.id ?? '', typed })).count;
  const call = await upstream.nextCall();
  call.text('A wombat came');
  const { id } = await replyThatIs('streaming');
  await isSaved(deps.db, conversation.path, 'A wombat came');
  assert.equal(await count('wombat'), 0);
  await visitor.post(`/messages/${id}/cancellation`);
  assert.equal(await count('wombat'), 1);

  await visitor.post(`/messages/${id}/continuation`);
  const more = await upstream.nextCall();
  assert.equal(await count('wombat'), 0);
  more.text(' and a quokka');
  more.finish();
  await replyThatIs('complete');
  assert.equal(await count('wombat quokka'), 1);
  await isInStep(conversation);
});

test('the index follows whatever becomes of the rows', async t => {
  const app = await openPerson(t);
  const { db } = app.deps;
  const id = await app.write('One wombat', 'wombat one', 'wombat two');
  await app.write('Two', 'a quokka');
  await db.updateTable('messages').set({ content: 'a numbat' }).where('content', '=', 'wombat one').execute();
  assert.equal(excerpts(await app.find('numbat')).length, 1);
  await isInStep(app);
  await db.deleteFrom('conversations').where('id', '=', id).execute();
  assert.deepEqual(await app.find('wombat'), []);
  await isInStep(app);
  await db.deleteFrom('users').execute();
  const { rows } = await sql`SELECT thing_id FROM search_entries`.execute(db);
  assert.deepEqual(rows, []);
  await isInStep(app);
  assert.deepEqual(await app.find('quokka'), []);
});

test('an excerpt is the lines around the hit, without the signs of Markdown', async t => {
  const { write, find } = await openPerson(t);
  const filler = 'some **other** words\n- and a `list`\n\n'.repeat(20);
  await write('Nothing', `${filler}## here is the wombat, <b>at last</b>\n\n${filler}`);
  const [excerpt = ''] = excerpts(await find('wombat'));
  assert.match(excerpt, /^….{5,28}here is the \[wombat\], <b>at last<\/b> some other words and a list .*…$/);
  assert.ok(excerpt.length < 200);
});

test('an excerpt reads the rows of a table, and no line that is only drawn', async t => {
  const { write, find } = await openPerson(t);
  await write('Nothing', 'Look:\n\n| sea | depth |\n|:--|-:|\n| Baltic | 55 m |\n\n---\n\n- well-known');
  assert.deepEqual(excerpts(await find('baltic')), ['… sea depth [Baltic] 55 m well-known']);
});
