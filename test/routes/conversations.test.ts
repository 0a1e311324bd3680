import assert from 'node:assert/strict';
import test from 'node:test';
import { startTestApp } from '../support/app.ts';
import { startConversation } from '../support/conversation.ts';
import { eventually } from '../support/eventually.ts';
import { insertLongConversation } from '../support/long-conversation.ts';
import { isGoneForGood } from '../support/rows.ts';
import { Visitor } from '../support/visitor.ts';

test('the start page is that of a new conversation, and later the newest one', async t => {
  const { url } = await startTestApp(t);
  const visitor = new Visitor(url);
  const start = await visitor.get('/');
  for (const bot of ['ChatBot', 'BelleBot', 'PirateBot'])
    assert.match(start.body, new RegExp(`value="${bot}"`));
  await visitor.startConversation('Older');
  const path = await visitor.startConversation('Newer');
  assert.equal((await visitor.get('/')).headers.get('location'), path);
  assert.match((await visitor.get('/conversations/new?bot=PirateBot')).body, /value="PirateBot" checked/);
});

test('the list names the person’s conversations, newest first', async t => {
  const { url } = await startTestApp(t);
  const visitor = new Visitor(url);
  await visitor.startConversation('The older one');
  const path = await visitor.startConversation('The <b>newer</b> one');
  await new Visitor(url).startConversation('A secret');
  const { body } = await visitor.get(path);
  const titles = [...body.matchAll(/class="conversations__title" dir="auto">([^<]+)</g)].map(
    ([, title]) => title,
  );
  assert.deepEqual(titles, ['The &lt;b&gt;newer&lt;/b&gt; one', 'The older one']);
  assert.equal(body.match(/aria-current="page"/g)?.length, 1);
});

test('a deleted conversation is gone, and its model is left alone', async t => {
  const { url, upstream, deps } = await startTestApp(t);
  const visitor = new Visitor(url);
  const path = await visitor.startConversation('One');
  const call = await upstream.nextCall();
  const { status, headers } = await visitor.post(`${path}/deletion`);
  assert.equal(status, 303);
  assert.equal(headers.get('location'), `/?deleted=${idOf(path)}`);
  await call.closed;
  assert.equal((await visitor.get(path)).status, 404);
  await isGoneForGood(deps.db);
});

test('whoever deletes another conversation than the shown one stays where they are', async t => {
  const { url } = await startTestApp(t);
  const visitor = new Visitor(url);
  const [shown, first, second] = [
    await visitor.startConversation('Shown'),
    await visitor.startConversation('First'),
    await visitor.startConversation('Second'),
  ];
  const from = (page: string) => ({ referer: url + page });
  const html = await visitor.post(`${first}/deletion`, {}, from(`${shown}?from=1`));
  assert.equal(html.headers.get('location'), `${shown}?from=1&deleted=${idOf(first)}`);
  const { body } = await visitor.postAsTurbo(`${second}/deletion`, {}, from('/conversations/new'));
  const step = `action="remove" target="conversation_${idOf(second)}" data-of="conversations" data-from="4" data-version="5"`;
  const undo = '<turbo-stream action="update" target="undo"><template>';
  assert.ok(body.startsWith(`<turbo-stream ${step}></turbo-stream>${undo}`), body);
  const own = await visitor.postAsTurbo(`${shown}/deletion`, {}, from(`${shown}?from=1`));
  assert.equal(own.headers.get('location'), `/?deleted=${idOf(shown)}`);
});

test('whoever deletes a conversation on a page that cannot be loaded again is led to the one that it showed', async t => {
  const { url } = await startTestApp(t);
  const visitor = new Visitor(url);
  const shown = await visitor.startConversation('Shown');
  const comparison = shown.replace('/conversations', '/compare');
  for (const [page, way] of [
    [`${shown}/messages`, shown],
    [`${shown}/title`, shown],
    [comparison, comparison],
    ['/compare', '/compare'],
    ['/compare/cut', '/compare'],
    ['/conversations', '/conversations'],
    ['/search?q=shown', '/search?q=shown'],
    ['/bots?deleted=1', '/bots'],
    ['/settings/upstream/check', '/settings'],
    ['/messages/1/regeneration', '/'],
    ['//example.com/', '/'],
  ] as const) {
    const path = await visitor.startConversation('One');
    const { headers } = await visitor.post(`${path}/deletion`, {}, { referer: url + page });
    const location = headers.get('location') ?? '';
    assert.equal(location, `${way}${way.includes('?') ? '&' : '?'}deleted=${idOf(path)}`, page);

    assert.ok((await visitor.get(location)).status < 400);
  }
  const own = await visitor.post(`${shown}/deletion`, {}, { referer: `${url}${shown}/messages` });
  assert.equal(own.headers.get('location'), `/?deleted=${idOf(shown)}`);
});

test('behind a proxy that gives this server another name, whoever deletes stays as well', async t => {
  const { url } = await startTestApp(t);
  const visitor = new Visitor(url);
  const [shown, other] = [await visitor.startConversation('Shown'), await visitor.startConversation('Other')];
  const referer = `https://parley.example${shown}`;
  const { headers } = await visitor.post(`${other}/deletion`, {}, { referer });
  assert.equal(headers.get('location'), `${shown}?deleted=${idOf(other)}`);
});

test('whoever deletes a conversation from nowhere is led to the start', async t => {
  const { url } = await startTestApp(t);
  const visitor = new Visitor(url);
  const path = await visitor.startConversation('One');
  const { headers } = await visitor.post(`${path}/deletion`);
  assert.equal(headers.get('location'), `/?deleted=${idOf(path)}`);
});

test('what is done to a conversation that another tab has deleted makes the page look', async t => {
  const { url } = await startTestApp(t);
  const visitor = new Visitor(url);
  const path = await visitor.startConversation('One');
  await visitor.post(`${path}/deletion`);
  for (const [verb, form] of [
    ['deletion', {}],
    ['title', { title: 'Two' }],
    ['reading', {}],
    ['messages', { content: 'Two' }],
  ] as const) {
    const { status, body } = await visitor.postAsTurbo(`${path}/${verb}`, form);
    assert.deepEqual([status, body], [404, '<turbo-stream action="catch_up"></turbo-stream>'], verb);
    assert.match((await visitor.post(`${path}/${verb}`, form)).body, /There is no such conversation/);
  }
});

test('another title is cleaned, kept, and shown wherever the conversation is named', async t => {
  const { url } = await startTestApp(t);
  const visitor = new Visitor(url);
  const path = await visitor.startConversation('One');
  const { status, headers } = await visitor.post(`${path}/title`, { title: ' A\n <b>better</b>\t one ' });
  assert.equal(status, 303);
  assert.match(headers.get('location') ?? '', new RegExp(`^${path}`));
  const { body } = await visitor.get(path);
  const escaped = 'A &lt;b&gt;better&lt;/b&gt; one';
  assert.ok(!body.includes('<b>better'));
  assert.ok(body.includes(`<title>${escaped} · Parley</title>`));
  assert.match(body, new RegExp(`<h1[^>]*>${escaped}</h1>`));
  assert.match(body, new RegExp(`<input[^>]* name="title" value="${escaped}"`));
  assert.match(body, new RegExp(`class="conversations__title" dir="auto">${escaped}<`));
});

test('a title that is empty or too long is refused in words, and shown again', async t => {
  const { url } = await startTestApp(t);
  const visitor = new Visitor(url);
  const path = await visitor.startConversation('One');
  const long = '🙂'.repeat(101);
  for (const [title, sentence] of [
    [' \n ', 'A conversation needs a title.'],
    [long, 'A title has at most 100 characters. Shorten it a little.'],
  ] as const) {
    for (const answer of [
      await visitor.post(`${path}/title`, { title }),
      await visitor.postAsTurbo(`${path}/title`, { title }),
    ]) {
      assert.equal(answer.status, 422);
      assert.ok(answer.body.includes(`>${sentence}</p>`));
      assert.ok(answer.body.includes(` value="${title}"`));
      assert.match(answer.body, /id="title"[^\n]* open>/);
    }
  }
  assert.equal((await visitor.post(`${path}/title`, { title: long.slice(2) })).status, 303);
  assert.ok(
    (await visitor.get(path)).body.includes(
      `<h1 class="chat__title" dir="auto" data-title-target="heading">${long.slice(2)}</h1>`,
    ),
  );
});

test('a reply that nobody saw end is marked on the next page, and no longer once its conversation is opened', async t => {
  const { url, visitor, path, answer } = await startConversation(t);
  await answer('Done.');
  const isMarked = async (page: string, headers = {}) =>
    (await visitor.get(page, headers)).body.includes('unread reply');
  assert.ok(await isMarked('/conversations/new'));
  assert.ok(await isMarked(path, { 'x-turbo-request-id': '1', 'x-sec-purpose': 'prefetch' }));
  assert.ok(await isMarked(path, { 'sec-purpose': 'prefetch;prerender' }));
  await fetch(url + path, { method: 'HEAD', headers: { cookie: visitor.cookie } });
  assert.ok(await isMarked('/conversations/new'), 'what is fetched ahead, or not at all, is not read');
  assert.ok(!(await isMarked(path)));
  assert.ok(!(await isMarked('/conversations/new')));
});

test('a page that is seen says that the conversation was read', async t => {
  const { visitor, path, answer } = await startConversation(t);
  await answer('Done.');
  const { status, body } = await visitor.postAsTurbo(`${path}/reading`);
  assert.equal(status, 200);
  assert.match(
    body,
    /^<turbo-stream action="replace" target="conversation_[^>]* data-version="3"><template><li/,
  );
  assert.ok(!body.includes('unread reply'));
  assert.equal((await visitor.postAsTurbo(`${path}/reading`)).body, '', 'it was read already');
});

test('a reply that its reader stopped is no news', async t => {
  const { visitor, path, replyThatIs, upstream } = await startConversation(t);
  (await upstream.nextCall()).text('Some');
  const { id } = await replyThatIs('streaming');
  await visitor.post(`/messages/${id}/cancellation`);
  assert.ok(!(await visitor.get('/conversations/new')).body.includes('unread reply'));
  assert.equal((await visitor.get(path)).status, 200);
});

test('a reply that broke off, or could not be written, is news as well', async t => {
  const { visitor, upstream, replyThatIs, breakOff } = await startConversation(t);
  await breakOff('Some');
  assert.ok((await visitor.get('/conversations/new')).body.includes('unread reply'));
  await visitor.startConversation('Two');
  (await upstream.nextCall()).status(401);
  await replyThatIs('interrupted');
  await eventually(
    async () => (await visitor.get('/conversations/new')).body.match(/unread reply/g)?.length === 2,
  );
});

test('a very long conversation can be deleted', async t => {
  const { url, deps } = await startTestApp(t);
  const visitor = new Visitor(url);
  await visitor.get('/');
  const { path } = await insertLongConversation(deps.db, 2_000);
  assert.equal((await visitor.post(`${path}/deletion`)).status, 303);
  await isGoneForGood(deps.db);
});

test('a long conversation shows its newest messages, and more on demand', async t => {
  const { url, deps } = await startTestApp(t);
  const visitor = new Visitor(url);
  await visitor.get('/');
  const { path } = await insertLongConversation(deps.db, 60, place => `Question ${place / 2 + 1}`);
  const newest = await visitor.get(path);
  assert.equal(newest.body.match(/<article/g)?.length, 40);
  assert.ok(!newest.body.includes('>Question 10<'));
  const [, from] = /href="[^"?]*\?from=([0-9a-f-]{36})/.exec(newest.body) ?? [];
  const all = await visitor.get(`${path}?from=${from}`);
  assert.equal(all.body.match(/<article/g)?.length, 60);
  assert.ok(!all.body.includes('?from='));

  assert.equal((await visitor.post(`/messages/${from}/deletion`)).status, 303);
  const more = await visitor.get(`${path}?from=${from}`);
  assert.equal(more.body.match(/<article/g)?.length, 58);
});

test('the process says that it is up', async t => {
  const { url } = await startTestApp(t);
  const { status, headers } = await new Visitor(url).get('/up');
  assert.equal(status, 200);
  assert.equal(headers.get('set-cookie'), null);
});

test('assets are compressed, and never asked for again', async t => {
  const { url } = await startTestApp(t);
  const visitor = new Visitor(url);
  const [, path = ''] = /src="(\/assets\/application-[^"]+\.js)"/.exec((await visitor.get('/')).body) ?? [];
  const { headers } = await visitor.get(path, { 'accept-encoding': 'gzip' });
  assert.match(headers.get('cache-control') ?? '', /immutable/);
  assert.equal(headers.get('content-encoding'), 'gzip');
  assert.equal((await visitor.get('/assets/application.js')).status, 404);
});

function idOf(path: string): string {
  return path.split('/').at(-1) ?? '';
}
