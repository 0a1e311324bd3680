import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import { test } from 'node:test';
import SQLite from 'better-sqlite3';
import fc from 'fast-check';
import { streamsChannel } from '../../src/channels.ts';
import { closeReply } from '../../src/chat/close-reply.ts';
import { conversationsStream } from '../../src/chat/list-broadcasts.ts';
import { type Database, databasePath } from '../../src/database.ts';
import { NEWEST_CONVERSATIONS } from '../../src/models/conversation-list.ts';
import { escapeHtml } from '../../src/turbo/escape-html.ts';
import { signStreamName } from '../../src/turbo/signed-stream-name.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { CableClient, identifierOf } from '../support/cable-client.ts';
import { startConversation } from '../support/conversation.ts';
import { freshFile } from '../support/databases.ts';
import { messagesOf } from '../support/rows.ts';
import { ShownPage } from '../support/shown-page.ts';
import { Visitor } from '../support/visitor.ts';

const CAUGHT_UP = /<turbo-stream action="caught_up"[^>]*><\/turbo-stream>$/;

/** Another person with a page that shows the list, and what it hears. */
async function startListening({ url, deps }: Pick<TestApp, 'url' | 'deps'>) {
  const visitor = new Visitor(url);
  const page = async () => (await visitor.get('/conversations/new')).body;
  const first = await page();
  const { id: userId } = await deps.db
    .selectFrom('users')
    .select('id')
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow();
  const frames: string[] = [];
  await deps.broadcaster.subscribe(conversationsStream(userId), {
    receive: frame => frames.push(frame),
    missed: () => assert.fail('a gap'),
  });
  return { visitor, page, first, userId, frames };
}

/** Gives the person so many conversations, each newer than the one before. @returns their ids */
async function insertConversations(
  db: Database,
  user_id: string,
  count: number,
  from: number,
): Promise<readonly string[]> {
  const rows = Array.from({ length: count }, (_, i) => ({
    id: randomUUIDv7(),
    user_id,
    title: `Number ${i}`,
    bot_id: 'ChatBot',
    created_at: from + i,
    updated_at: from + i,
  }));
  await db.insertInto('conversations').values(rows).execute();
  return rows.map(({ id }) => id);
}

/** What a page says that it shows of the list. */
function seenIn(html: string) {
  const [, list] = /id="conversations" data-version="(\d+)"/.exec(html) ?? [];
  const items = html.matchAll(/id="conversation_([0-9a-f-]+)" data-version="(\d+)"/g);
  return { list: Number(list), versions: new Map([...items].map(([, id = '', of]) => [id, Number(of)])) };
}

function listIn(html: string): string {
  return listOf(new ShownPage(html));
}

/** How it is indented is no part of it. */
function listOf(page: ShownPage): string {
  return page.html('conversations').replace(/\s*\n\s*/g, '');
}

/** The list of a page that had this HTML and then got these frames, each step of which must fit. */
function shownAfter(html: string, frames: readonly string[]): string {
  const page = new ShownPage(html);
  let { list } = seenIn(html);
  const spans = frames
    .join('')
    .matchAll(/data-of="conversations" data-from="([\d.]+)" data-version="([\d.]+)"/g);
  for (const [, from, version] of spans) {
    assert.equal(Number(from), list);
    list = Number(version);
  }
  for (const frame of frames) page.carryOut(frame);
  return listOf(page);
}

const VERBS = [
  'start',
  'ask',
  'regenerate',
  'rename',
  'end',
  'read',
  'pin',
  'unpin',
  'archive',
  'unarchive',
  'delete',
  'restore',
] as const;

type Verb = (typeof VERBS)[number];

/** Something that happens to one of the conversations, by its place among those that were started. */
const deed = fc.record({
  verb: fc.constantFrom<Verb>('start', 'start', ...VERBS),
  place: fc.nat({ max: 4 }),
});

/** Does such things. Replies are stopped at once, so that all that is announced is announced when a deed is done. */
function doerOf({ deps }: TestApp, visitor: Visitor) {
  const started: string[] = [];
  const newestReply = async (path: string) =>
    (await messagesOf(deps.db, path)).findLast(({ role }) => role === 'assistant')?.id ?? '';
  const isThere = async (path: string) => {
    // Asked for as Turbo does, so that looking marks nothing as read.
    const { status } = await visitor.get(path, { 'x-turbo-request-id': 'test' });
    return status !== 404;
  };
  let titles = 0;
  const stop = async (path: string) => visitor.post(`/messages/${await newestReply(path)}/cancellation`);

  return async (verb: Verb, place: number) => {
    if (verb === 'start') started.push(await visitor.startConversation(`<i>${started.length}</i>`));
    const path = verb === 'start' ? started.at(-1) : started[place % started.length];
    if (path === undefined) return;
    if (verb === 'restore') await visitor.post(`${path}/restoration`);
    if (!(await isThere(path))) return;
    if (verb === 'ask') await visitor.post(`${path}/messages`, { content: 'More' });
    if (verb === 'regenerate') await visitor.post(`/messages/${await newestReply(path)}/regeneration`);
    if (verb === 'rename') await visitor.post(`${path}/title`, { title: `<b>${titles++}</b>` });
    if (verb === 'end') await closeReply(deps, await newestReply(path), async () => 'complete');
    if (verb === 'read') await visitor.post(`${path}/reading`);
    const isDone = verb.startsWith('un') ? 'no' : 'yes';
    if (/pin$/.test(verb)) await visitor.post(`${path}/pinning`, { pinned: isDone });
    if (/archive$/.test(verb)) await visitor.post(`${path}/archival`, { archived: isDone });
    if (verb === 'delete') await visitor.post(`${path}/deletion`);
    else await stop(path);
  };
}

test('whatever happens, the announced steps and a catch-up lead to the list as it is freshly drawn', async t => {
  const app = await startTestApp(t);
  const property = fc.asyncProperty(
    fc.array(deed, { minLength: 1, maxLength: 14 }),
    fc.nat(),
    async (deeds, night) => {
      const { visitor, page, first, userId, frames } = await startListening(app);
      const act = doerOf(app, visitor);
      let asleep = first;
      for (const [number, { verb, place }] of deeds.entries()) {
        if (number === night % deeds.length) asleep = await page();
        await act(verb, place);
      }
      const now = listIn(await page());
      assert.equal(shownAfter(first, frames), now);

      const stream = conversationsStream(userId);
      const answer = (await streamsChannel(app.deps.db).catchUp(userId, stream, seenIn(asleep))) ?? '';
      assert.match(answer, CAUGHT_UP);
      assert.equal(shownAfter(asleep, [answer.replace(CAUGHT_UP, '')]), now);
    },
  );
  await fc.assert(property, { numRuns: 8 });
});

test('of the pinned conversations too only the newest are in the list, and the next takes the place of one that goes', async t => {
  const { deps, url } = await startTestApp(t);
  const { visitor, page, userId, frames } = await startListening({ deps, url });
  const ids = await insertConversations(deps.db, userId, NEWEST_CONVERSATIONS + 1, 0);
  await deps.db.updateTable('conversations').set({ pinned_at: 1 }).execute();
  const before = await page();
  assert.equal(seenIn(before).versions.size, NEWEST_CONVERSATIONS);
  await visitor.post(`/conversations/${ids.at(-1)}/archival`);
  const after = await page();
  assert.ok(seenIn(after).versions.has(ids[0] ?? ''));
  assert.equal(shownAfter(before, frames), listIn(after));
});

test('what the list shows is in the rows when it is announced', async t => {
  const DATABASE_URL = await freshFile(t); // can be read while nothing else is done
  const app = await startTestApp(t, { DATABASE_URL });
  const { visitor, userId } = await startListening(app);
  const database = new SQLite(databasePath(DATABASE_URL), { readonly: true });
  t.after(() => database.close());
  const savedList = database.prepare<[string], number>(
    'SELECT conversations_version FROM users WHERE id = ?',
  );
  const savedItem = database.prepare<[string], number>('SELECT version FROM conversations WHERE id = ?');
  const ahead: string[] = [];
  let heard = 0;
  // Within this process a listener is told while its publisher waits, so it sees exactly what was saved by then.
  await app.deps.broadcaster.subscribe(conversationsStream(userId), {
    receive(frame) {
      heard += 1;
      for (const [step, id, version] of frame.matchAll(
        /data-of="conversation(?:s|_([^"]+))"[^>]* data-version="(\d+)"/g,
      )) {
        const saved = id ? savedItem.pluck().get(id) : savedList.pluck().get(userId);
        if (Number(version) > (saved ?? 0)) ahead.push(`${step}, saved at ${saved}`);
      }
    },
    missed: () => ahead.push('a gap'),
  });
  const act = doerOf(app, visitor);
  for (const verb of [
    'start',
    'start',
    'ask',
    'end',
    'rename',
    'read',
    'pin',
    'archive',
    'delete',
    'restore',
  ] as const)
    await act(verb, 0);
  assert.ok(heard >= 6, `${heard} frames`);
  assert.deepEqual(ahead, []);
});

test('a conversation that is asked in moves to the top, and one that is there stays', async t => {
  const app = await startTestApp(t);
  const { visitor, page, frames } = await startListening(app);
  const older = await visitor.startConversation('Older');
  const newer = await visitor.startConversation('Newer');
  const stopAll = async () => {
    for (const path of [older, newer]) {
      for (const { id, role } of await messagesOf(app.deps.db, path))
        if (role === 'assistant') await visitor.post(`/messages/${id}/cancellation`);
    }
  };
  await stopAll();
  const order = async () => [...seenIn(await page()).versions.keys()].map(id => `/conversations/${id}`);
  assert.deepEqual(await order(), [newer, older]);

  frames.length = 0;
  await visitor.post(`${newer}/messages`, { content: 'Again' });
  assert.deepEqual(await order(), [newer, older]);
  assert.doesNotMatch(frames.join(''), /data-of="conversations"/);
  frames.length = 0;
  await visitor.post(`${older}/messages`, { content: 'Again' });
  assert.deepEqual(await order(), [older, newer]);
  assert.equal(frames.length, 1);
});

test('a conversation that begins anew gets its title of the first question, as every page hears', async t => {
  const app = await startTestApp(t);
  const { visitor, page, frames } = await startListening(app);
  const path = await visitor.startConversation('One');
  for (const asked of ['Two', 'Three']) {
    const [question] = await messagesOf(app.deps.db, path);
    await visitor.post(`/messages/${question?.id}/deletion`);
    if (asked === 'Three') await visitor.startConversation('Above it');
    const before = await page();
    frames.length = 0;
    const { body } = await visitor.postAsTurbo(`${path}/messages`, { content: asked });
    assert.ok(body.includes(`>${asked}</span>`));
    assert.equal(shownAfter(before, frames), listIn(await page()));
    assert.ok(listIn(await page()).includes(`dir="auto">${asked}</span>`));
  }
});

test('to look at another version of a message moves nothing', async t => {
  const { visitor, path, answer, rows } = await startConversation(t);
  const { reply } = await answer('One.');
  await visitor.post(`/messages/${reply.id}/regeneration`);
  await answer('Another.');
  const other = await visitor.startConversation('Other');
  const before = [...seenIn((await visitor.get('/conversations/new')).body).versions.keys()];
  assert.equal(`/conversations/${before[0]}`, other);
  await visitor.post(`/messages/${reply.id}/selection`);
  assert.equal((await rows()).length, 3);
  assert.equal((await visitor.get(path)).status, 200);
  assert.deepEqual([...seenIn((await visitor.get('/conversations/new')).body).versions.keys()], before);
});

test('a conversation moves to the top whatever the clock says', async t => {
  const app = await startTestApp(t);
  const { visitor, page } = await startListening(app);
  const future = await visitor.startConversation('From the future');
  await app.deps.db.updateTable('conversations').set({ updated_at: 9e12 }).execute();
  const path = await visitor.startConversation('One');
  const order = [...seenIn(await page()).versions.keys()].map(id => `/conversations/${id}`);
  assert.deepEqual(order, [path, future]);
});

test('to say who may follow a stream, no list and no path is read', async t => {
  const app = await startTestApp(t);
  const { visitor, userId } = await startListening(app);
  const path = await visitor.startConversation('One');
  let queries = 0;
  const channel = streamsChannel(
    app.deps.db.withPlugin({
      transformQuery: ({ node }) => {
        queries += 1;
        return node;
      },
      transformResult: async ({ result }) => result,
    }),
  );
  assert.ok(await channel.authorize(userId, conversationsStream(userId)));
  assert.equal(queries, 0);
  assert.ok(await channel.authorize(userId, path.replace('/conversations/', 'conversation:')));
  assert.equal(queries, 1);
});

test('only the person may follow the list', async t => {
  const app = await startTestApp(t);
  const owner = await startListening(app);
  const stranger = await startListening(app);
  const identifier = identifierOf(signStreamName(app.deps.secretKey, conversationsStream(owner.userId)));
  const subscribe = async ({ cookie }: Visitor) => {
    const client = await CableClient.connect(t, app.url, { cookie });
    return { client, answer: (await client.subscribe(identifier)).type };
  };
  const rejected = await subscribe(stranger.visitor);
  assert.equal(rejected.answer, 'reject_subscription');
  const { client, answer } = await subscribe(owner.visitor);
  assert.equal(answer, 'confirm_subscription');
  await owner.visitor.startConversation('Mine');
  await client.next(({ message }) => typeof message === 'string' && message.includes('>Mine<'));
  assert.deepEqual(rejected.client.frames, []);
});

test('whatever a title says, no step has an element of it', async t => {
  const app = await startTestApp(t);
  const { visitor, frames } = await startListening(app);
  const attack = '"><img src=x onerror=attack()>';
  const path = await visitor.startConversation(attack);
  await visitor.post(`${path}/title`, { title: `${attack}!` });
  assert.equal(frames.length, 2);
  for (const frame of frames) {
    assert.ok(frame.includes(escapeHtml(attack)));
    assert.doesNotMatch(frame, /<img/);
  }
});

test('nothing is sent to the list of a conversation that is older than it goes back, unless it is pinned', async t => {
  const app = await startTestApp(t);
  const { visitor, frames, userId } = await startListening(app);
  const path = await visitor.startConversation('First');
  await insertConversations(app.deps.db, userId, NEWEST_CONVERSATIONS, Date.now());
  frames.length = 0;
  const { body } = await visitor.postAsTurbo(`${path}/title`, { title: 'Older' });
  assert.match(body, /data-of="heading_/);
  assert.deepEqual(frames, []);
  await visitor.post(`${path}/pinning`, { pinned: 'yes' });
  frames.length = 0;
  await visitor.post(`${path}/title`, { title: 'Pinned' });
  assert.equal(frames.length, 1);
});

test('what a step of a long list costs does not depend on how long it is', async t => {
  const app = await startTestApp(t);
  const { visitor, frames, userId } = await startListening(app);
  const path = await visitor.startConversation('First');
  await insertConversations(app.deps.db, userId, 500, Date.now());
  const [reply] = (await messagesOf(app.deps.db, path)).slice(-1);
  await visitor.post(`/messages/${reply?.id}/cancellation`);
  frames.length = 0;
  await visitor.post(`${path}/messages`, { content: 'Again' });
  assert.equal(frames.length, 1);
  assert.ok((frames[0]?.length ?? 0) < 2_000, `${frames[0]?.length} characters`);
});
