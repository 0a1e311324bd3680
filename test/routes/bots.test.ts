import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import { readFileSync } from 'node:fs';
import test, { type TestContext } from 'node:test';
import { CATCH_UP } from '../../src/cable/dialects.ts';
import { conversationsStream } from '../../src/chat/list-broadcasts.ts';
import type { Database } from '../../src/database.ts';
import { databasePath } from '../../src/database.ts';
import type { Bot } from '../../src/schema.ts';
import { startTestApp } from '../support/app.ts';
import { freshFile } from '../support/databases.ts';
import { eventually } from '../support/eventually.ts';
import { isGoneForGood, isSaved, messagesOf } from '../support/rows.ts';
import { Visitor } from '../support/visitor.ts';

const QUILL = {
  name: 'Quill',
  tagline: 'Edits prose.',
  colour: 'violet',
  emoji: '',
  instructions: 'You are Quill, an editor.',
  model: 'quill-model',
  temperature: '0.3',
  max_tokens: '400',
  starters: 'Tighten this',
};

/** A person who has made a bot. */
async function withQuill(t: TestContext, environment?: Readonly<Record<string, string>>) {
  const context = await startTestApp(t, environment);
  const visitor = new Visitor(context.url);
  const id = await makeBot(visitor);
  return { ...context, visitor, id };
}

async function makeBot(visitor: Visitor, fields: Partial<typeof QUILL> = {}): Promise<string> {
  const { status, headers } = await visitor.post('/bots', { ...QUILL, ...fields });
  assert.equal(status, 303);
  return new URLSearchParams(headers.get('location')?.split('?')[1]).get('bot') ?? '';
}

test('a bot of one’s own replies by its instructions, model, temperature and length', async t => {
  const { visitor, id, upstream } = await withQuill(t);
  await visitor.startConversation('One', id);
  const { body } = await upstream.nextCall();
  assert.deepEqual(body.messages[0], { role: 'system', content: QUILL.instructions });
  assert.deepEqual(
    { model: body.model, ...pick(body, 'temperature'), ...pick(body, 'max_tokens') },
    { model: 'quill-model', temperature: 0.3, max_tokens: 400 },
  );
});

test('a bot of one’s own replies by event stream too', async t => {
  const { visitor, id, upstream } = await withQuill(t);
  upstream.answerAll(call => {
    call.text(`${call.body.model}`);
    call.finish();
  });
  const { body } = await visitor.get(`/chat?bot=${id}`);
  assert.match(body, /quill-model/);
  assert.match((await visitor.get(`/v1/completions/live_stream?prompt=Hi&bot=${id}`)).body, /quill-model/);
});

test('nobody else sees or asks it', async t => {
  const { url, id, upstream } = await withQuill(t);
  const stranger = new Visitor(url);
  const path = await stranger.startConversation('Mine');
  await upstream.nextCall();
  for (const page of ['/', '/conversations/new', '/bots', '/sse', '/compare', path])
    assert.doesNotMatch((await stranger.get(page)).body, /Quill/, page);
  for (const page of [
    `/conversations/new?bot=${id}`,
    `/sse?bot=${id}`,
    `/bots/${id}`,
    `/bots/new?from=${id}`,
  ])
    assert.equal((await stranger.get(page)).status, 404, page);
  for (const form of ['/conversations', '/compare', `${path}/messages`])
    assert.equal((await stranger.post(form, { content: 'Hi', bot: id })).status, 404, form);
  assert.equal((await stranger.post(`/bots/${id}`, QUILL)).status, 404);
  assert.equal((await stranger.post(`/bots/${id}/deletion`)).status, 404);
  assert.match((await stranger.get(`/chat?bot=${id}`)).body, /There is no such bot/);
  assert.equal(upstream.calls, 1);
});

test('what cannot be taken comes back with a sentence for each field, and nothing is lost', async t => {
  const { url, deps } = await startTestApp(t);
  const visitor = new Visitor(url);
  const { status, body } = await visitor.post('/bots', { ...QUILL, name: '', temperature: 'warm' });
  assert.equal(status, 422);
  assert.match(body, /A bot needs a name\./);
  assert.match(body, /A temperature is a number from 0 to 2/);
  for (const typed of [
    'Edits prose.',
    'You are Quill, an editor.',
    'quill-model',
    'warm',
    '400',
    'Tighten this',
  ])
    assert.ok(body.includes(typed), typed);
  assert.match(body, /value="violet" aria-label="violet" checked/);
  assert.doesNotMatch(body, /aria-describedby="colour_problem"/);
  const mauve = await visitor.post('/bots', { ...QUILL, colour: 'mauve' });
  assert.match(mauve.body, /<fieldset[^>]* aria-describedby="colour_problem" aria-invalid="true"/);
  assert.match(mauve.body, /id="colour_problem">Choose one/);
  assert.equal((await deps.db.selectFrom('bots').select('id').execute()).length, 3);
});

test('a bot is changed, and so is its name in what it said', async t => {
  const { visitor, id, upstream } = await withQuill(t);
  const path = await visitor.startConversation('One', id);
  const call = await upstream.nextCall();
  call.text('Hello');
  call.finish();
  assert.equal((await visitor.post(`/bots/${id}`, { ...QUILL, name: 'Feather' })).status, 303);
  assert.equal((await visitor.post(`/bots/${id}`, { ...QUILL, name: '' })).status, 422);
  const { body } = await visitor.get(path);
  assert.match(body, /message__speaker">.*Feather/);
});

test('the replies of a bot that looks other are versions that pages see, however many they are', async t => {
  const { visitor, id, upstream, deps } = await withQuill(t);
  const path = await visitor.startConversation('One', id);
  (await upstream.nextCall()).finish();
  const [question, reply] = await messagesOf(deps.db, path);
  assert.ok(question && reply);
  const others = Array.from({ length: 1_001 }, () => ({
    ...reply,
    id: randomUUIDv7(),
    status: 'complete' as const,
    run_id: null,
  }));
  for (let i = 0; i < others.length; i += 100)
    await deps.db
      .insertInto('messages')
      .values(others.slice(i, i + 100))
      .execute();
  const { user_id } = (await botWith(deps.db, id)) ?? {};
  const frames: string[] = [];
  await deps.broadcaster.subscribe(conversationsStream(user_id ?? ''), {
    receive: frame => void (frame === CATCH_UP && frames.push(frame)),
    missed: () => assert.fail('a gap'),
  });
  const versions = async () =>
    Map.groupBy(
      (await messagesOf(deps.db, path)).filter(message => others.some(other => other.id === message.id)),
      message => message.version - reply.version,
    );
  await visitor.post(`/bots/${id}`, { ...QUILL, instructions: 'Be brief.' });
  assert.deepEqual([[...(await versions()).keys()], frames], [[0], []]);
  await visitor.post(`/bots/${id}`, { ...QUILL, colour: 'red' });
  assert.deepEqual([[...(await versions()).keys()], frames], [[1], [CATCH_UP]]);
});

test('a built-in bot can be copied, not changed', async t => {
  const { visitor } = await withQuill(t);
  const { body } = await visitor.get('/bots/new?from=PirateBot');
  assert.match(body, /value="PirateBot copy"/);
  assert.match(body, /You are PirateBot, a pirate captain/);
  assert.match(body, /value="green" aria-label="green" checked/);
  assert.equal((await visitor.get('/bots/PirateBot')).status, 404);
  assert.equal((await visitor.post('/bots/PirateBot', QUILL)).status, 404);
  assert.equal((await visitor.post('/bots/PirateBot/deletion')).status, 404);
});

test('a bot that is deleted is not offered, cannot be asked, and still speaks in its replies', async t => {
  const { visitor, id, upstream, deps } = await withQuill(t);
  const path = await visitor.startConversation('One', id);
  const call = await upstream.nextCall();
  call.text('Hello');
  call.finish();
  const reply = await eventually(async () =>
    (await messagesOf(deps.db, path)).find(
      ({ role, status }) => role === 'assistant' && status === 'complete',
    ),
  );
  assert.equal((await visitor.post(`/bots/${id}/deletion`)).status, 303);

  const { body } = await visitor.get(path);
  assert.match(body, /message__speaker">.*Quill/);
  assert.ok(!body.includes(`value="${id}"`));
  assert.match(body, /value="ChatBot" checked/);
  assert.doesNotMatch((await visitor.get('/bots')).body, /Quill/);
  assert.equal((await visitor.get(`/bots/${id}`)).status, 404);

  for (const post of ['post', 'postAsTurbo'] as const) {
    const refused = await visitor[post](`${path}/messages`, { content: 'Half a thought', bot: id });
    assert.equal(refused.status, 410);
    assert.match(refused.body, /Quill was deleted\. Choose another bot\./);
    assert.match(refused.body, />Half a thought<\/textarea>/);
  }
  assert.equal((await visitor.post('/conversations', { content: 'Hi', bot: id })).status, 410);
  assert.equal((await visitor.post(`/messages/${reply.id}/regeneration`)).status, 410);
  assert.match((await visitor.get(`/chat?bot=${id}`)).body, /Quill was deleted/);
  assert.equal(upstream.calls, 1);
});

test('a question that waits is answered as its bot was, though that is deleted meanwhile', async t => {
  const { visitor, id, upstream, deps } = await withQuill(t);
  const path = await visitor.startConversation('One', id);
  await visitor.post(`/bots/${id}/deletion`);
  const call = await upstream.nextCall();
  assert.equal(call.body.messages[0]?.content, QUILL.instructions);
  call.text('Hello');
  call.finish();
  await eventually(async () => (await messagesOf(deps.db, path))[1]?.status === 'complete');
  await eventually(async () => (await botWith(deps.db, id))?.instructions === '');
});

test('what a person said of a bot leaves the files with it, but for what its replies show', async t => {
  const DATABASE_URL = await freshFile(t);
  const { visitor, id, deps, upstream } = await withQuill(t, { DATABASE_URL });
  const path = await visitor.startConversation('One', id);
  (await upstream.nextCall()).text('Hello');
  await isSaved(deps.db, path, 'Hello');
  const [, reply] = await messagesOf(deps.db, path);
  await visitor.post(`/messages/${reply?.id}/cancellation`);
  const unasked = await makeBot(visitor, { name: 'Nib' });
  for (const bot of [id, unasked]) await visitor.post(`/bots/${bot}/deletion`);

  const { name, colour, instructions } = (await botWith(deps.db, id)) ?? {};
  assert.deepEqual([name, colour, instructions], ['Quill', 'violet', '']);
  const files = () =>
    ['', '-wal'].map(end => readFileSync(`${databasePath(DATABASE_URL)}${end}`, 'latin1')).join('');
  assert.doesNotMatch(files(), /an editor|Edits prose|quill-model|Tighten this/);

  const asked = await visitor.postAsTurbo('/conversations', { content: 'Hi', bot: unasked });
  assert.equal(asked.status, 410);
  const refused = await visitor.postAsTurbo(`/messages/${reply?.id}/continuation`);
  assert.equal(refused.status, 410);
  assert.match(refused.body, /Quill was deleted\. Choose another bot\./);

  await deps.db.updateTable('bots').set({ deleted_at: 1 }).where('deleted_at', 'is not', null).execute();
  await eventually(async () => !(await botWith(deps.db, unasked)));
  assert.ok(await botWith(deps.db, id), 'it is named');
  await visitor.post(`${path}/deletion`);
  await isGoneForGood(deps.db);
  await eventually(async () => !(await botWith(deps.db, id)));
});

test('somebody has a hundred bots at most', async t => {
  const { visitor, deps } = await withQuill(t);
  const { user_id } = await deps.db
    .selectFrom('bots')
    .selectAll()
    .where('name', '=', 'Quill')
    .executeTakeFirstOrThrow();
  const others = Array.from({ length: 99 }, (_, index) => ({
    id: `bot-${index}`,
    name: 'Another',
    tagline: '',
    instructions: '-',
    colour: 'blue',
    position: 3,
    user_id,
  }));
  await deps.db.insertInto('bots').values(others).execute();
  const { status, body } = await visitor.post('/bots', QUILL);
  assert.equal(status, 422);
  assert.match(body, /You have 100 bots/);
});

test('the connection is tested with one click, with and without a script', async t => {
  const { url, upstream } = await startTestApp(t);
  const visitor = new Visitor(url);
  const page = await visitor.get('/settings');
  assert.match(page.body, /<strong>scripted<\/strong> answers, at <strong>127\.0\.0\.1:\d+<\/strong>/);
  assert.ok(!page.body.includes('test-key'));
  upstream.answerAll(call => call.text('Hello'));
  const plain = await visitor.post('/settings/upstream/check');
  assert.equal(plain.status, 200);
  assert.match(plain.body, /It works: <strong>scripted<\/strong>/);
  assert.match(plain.body, /Back to the settings/);

  upstream.answerAll(call => call.status(401, { body: { error: { message: 'test-key is wrong' } } }));
  const streamed = await visitor.postAsTurbo('/settings/upstream/check');
  assert.match(streamed.body, /target="upstream_check"/);
  assert.match(streamed.body, /does not accept the API key/);
  assert.ok(!streamed.body.includes('test-key'));
});

async function botWith(db: Database, id: string): Promise<Bot | undefined> {
  return await db.selectFrom('bots').where('id', '=', id).selectAll().executeTakeFirst();
}

function pick(body: object, field: string): object {
  return Object.fromEntries(Object.entries(body).filter(([name]) => name === field));
}

test('only the field for the model proposes models', async t => {
  const { visitor } = await withQuill(t);
  const { body } = await visitor.get('/bots/new');
  assert.deepEqual(body.match(/(?<=<input [^>]*) list="[^"]*"/g), [' list="models"']);
});

test('what cannot be the name of a bot names none, whatever characters it has', async t => {
  const { url } = await startTestApp(t);
  const visitor = new Visitor(url);
  for (const bot of ['Chat\0Bot', '\0', '\ud800', 'Chat Bot']) {
    assert.equal((await visitor.post('/conversations', { content: 'Hi', bot })).status, 404, bot);
    const page = await visitor.get(`/conversations/new?bot=${encodeURIComponent(bot.toWellFormed())}`);
    assert.equal(page.status, 404, bot);
  }
});
