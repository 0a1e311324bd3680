import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import test from 'node:test';
import { insertQuestion } from '../../src/models/message.ts';
import { startTestApp } from '../support/app.ts';
import { messagesOf } from '../support/rows.ts';
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
  const titles = [...body.matchAll(/href="\/conversations\/[0-9a-f-]{36}"[^>]*>([^<]+)</g)].map(([, title]) =>
    title?.trim(),
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
  assert.equal(headers.get('location'), '/');
  await call.closed;
  assert.equal((await visitor.get(path)).status, 404);
  assert.deepEqual(await deps.db.selectFrom('messages').selectAll().execute(), []);
});

test('whoever deletes another conversation than the shown one stays where they are', async t => {
  const { url } = await startTestApp(t);
  const visitor = new Visitor(url);
  const [shown, first, second] = [
    await visitor.startConversation('Shown'),
    await visitor.startConversation('First'),
    await visitor.startConversation('Second'),
  ];
  const form = { shown: shown.split('/').at(-1) ?? '' };
  const html = await visitor.post(`${first}/deletion`, form);
  assert.equal(html.headers.get('location'), shown);
  const stream = await visitor.postAsTurbo(`${second}/deletion`, form);
  assert.equal(
    stream.body,
    `<turbo-stream action="remove" target="conversation_${second.split('/').at(-1)}"></turbo-stream>`,
  );
  assert.equal((await visitor.post(`${shown}/deletion`, form)).headers.get('location'), '/');
});

test('a very long conversation can be deleted', async t => {
  const { url, deps } = await startTestApp(t);
  const visitor = new Visitor(url);
  const path = await visitor.startConversation('One');
  const conversation_id = path.split('/').at(-1) ?? '';
  let [{ id: parent_id } = { id: '' }] = (await messagesOf(deps.db, path)).slice(-1);
  await deps.db.transaction().execute(async trx => {
    for (let i = 0; i < 2_000; i++) {
      ({ id: parent_id } = await insertQuestion(trx, {
        id: randomUUIDv7(),
        conversation_id,
        parent_id,
        content: 'Two',
      }));
    }
  });
  assert.equal((await visitor.post(`${path}/deletion`)).status, 303);
  assert.deepEqual(await deps.db.selectFrom('messages').selectAll().execute(), []);
});

test('a long conversation shows its newest messages, and more on demand', async t => {
  const { url, upstream } = await startTestApp(t);
  upstream.answerAll(call => call.status(401));
  const visitor = new Visitor(url);
  const path = await visitor.startConversation('Question 1');
  for (let i = 2; i <= 30; i++) {
    let status = 409;
    while (status === 409)
      ({ status } = await visitor.post(`${path}/messages`, { content: `Question ${i}` }));
  }
  const newest = await visitor.get(path);
  assert.equal(newest.body.match(/<article/g)?.length, 40);
  assert.ok(!newest.body.includes('>Question 10<'));
  const [, from] = /href="[^"?]*\?from=([0-9a-f-]{36})/.exec(newest.body) ?? [];
  const all = await visitor.get(`${path}?from=${from}`);
  assert.equal(all.body.match(/<article/g)?.length, 60);
  assert.ok(!all.body.includes('?from='));
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
