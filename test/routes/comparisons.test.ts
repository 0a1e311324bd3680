import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import { once } from 'node:events';
import test from 'node:test';
import { startTestApp } from '../support/app.ts';
import { CableClient } from '../support/cable-client.ts';
import { startConversation } from '../support/conversation.ts';
import { eventually } from '../support/eventually.ts';
import { messagesOf } from '../support/rows.ts';
import { Visitor } from '../support/visitor.ts';

const REFRESH = /http-equiv="refresh" content="2; url=(\/compare\/[0-9a-f-]{36})"/;

test('without JavaScript the third way works, on a page that refreshes itself until the reply is complete', async t => {
  const { url, upstream, deps } = await startTestApp(t);
  const visitor = new Visitor(url);
  const form = (await visitor.get('/compare')).body;
  assert.match(form, /<noscript><p>Event streams need JavaScript/);
  const [, id = ''] = /name="id" value="([^"]+)"/.exec(form) ?? [];
  const { status, headers } = await visitor.post('/compare', { id, content: 'One', bot: 'BelleBot' });
  assert.equal(status, 303);
  const path = headers.get('location') ?? '';
  const open = (await visitor.get(path)).body;
  assert.equal(REFRESH.exec(open)?.[1], path);
  assert.match(open, /Nothing of it was kept/);
  assert.match(open, /value="BelleBot" checked/);

  const call = await upstream.nextCall();
  call.text('Well, honey.');
  call.finish();
  const closed = await eventually(async () => {
    const { body } = await visitor.get(path);
    return !REFRESH.test(body) && body;
  });
  assert.match(closed, /<p>Well, honey\.<\/p>/);
  assert.equal((await messagesOf(deps.db, path)).length, 2);
  assert.match(
    (await visitor.get('/conversations/new')).body,
    new RegExp(path.replace('/compare', '/conversations')),
  );
});

test('Turbo gets the third column with the question and the reply, and a fresh form', async t => {
  const { url } = await startTestApp(t);
  const visitor = new Visitor(url);
  await visitor.get('/');
  const id = randomUUIDv7();
  const { status, body } = await visitor.postAsTurbo('/compare', { id, content: 'One' });
  assert.equal(status, 200);
  assert.match(
    body,
    /<turbo-stream action="update" target="comparison_kept"><template><turbo-cable-stream-source /,
  );
  assert.equal(body.match(/<article /g)?.length, 2);
  assert.match(body, /href="\/compare\/[0-9a-f-]{36}"/);
  assert.doesNotMatch(body, new RegExp(`value="${id}"`));
});

test('whoever looks at a comparison has read its reply, and the page knows where to say so', async t => {
  const { visitor, path, answer } = await startConversation(t);
  const isMarked = async () => (await visitor.get('/conversations/new')).body.includes('unread reply');
  await answer('Done.');
  const page = path.replace('/conversations', '/compare');
  await visitor.get(page, { 'x-turbo-request-id': '1' });
  assert.ok(await isMarked());
  const address = `data-reading-address="${path}/reading"`;
  assert.ok((await visitor.get(page)).body.includes(address));
  assert.ok(!(await isMarked()));
  assert.ok((await visitor.get(path)).body.includes(address));

  const { body } = await visitor.postAsTurbo('/compare', { content: 'Two' });
  const [, id] = /href="\/compare\/([0-9a-f-]{36})"/.exec(body) ?? [];
  assert.ok(body.includes(`data-reading-address="/conversations/${id}/reading"`));
});

test('the form of a comparison that is sent twice asks once', async t => {
  const { url, deps } = await startTestApp(t);
  const visitor = new Visitor(url);
  await visitor.get('/');
  const form = { id: randomUUIDv7(), content: 'One' };
  const first = await visitor.post('/compare', form);
  const second = await visitor.post('/compare', form);
  assert.equal(second.headers.get('location'), first.headers.get('location'));
  assert.equal((await deps.db.selectFrom('conversations').selectAll().execute()).length, 1);
});

test('a question that is not taken comes back with a sentence, in the third column too', async t => {
  const { url } = await startTestApp(t, { ASKS_PER_MINUTE: '1' });
  const visitor = new Visitor(url);
  await visitor.get('/');
  await visitor.post('/compare', { content: 'One' });
  const html = await visitor.post('/compare', { content: 'Two' });
  assert.equal(html.status, 429);
  assert.match(html.body, /id="notice"[^>]*>You have asked more than 1 question in a minute/);
  assert.match(html.body, />Two<\/textarea>/);

  const id = randomUUIDv7();
  const stream = await visitor.postAsTurbo('/compare', { content: 'Two', id });
  assert.equal(stream.status, 429);
  for (const place of ['notice', 'comparison_outcome'])
    assert.match(stream.body, new RegExp(`target="${place}"><template>You have asked more than`));
  assert.match(stream.body, new RegExp(`value="${id}"`), 'so that it still asks once');
  assert.equal((await visitor.post('/compare', { content: ' ' })).status, 422);
});

test('people see what was sent on their own connections, those of other tabs left out', async t => {
  const { url } = await startTestApp(t);
  const visitor = new Visitor(url);
  await visitor.get('/');
  const sent = async (who: Visitor, tab = 'mine') =>
    JSON.parse((await who.get(`/compare/wire?tab=${tab}`)).body);
  assert.deepEqual(await sent(visitor), []);

  const client = await CableClient.connect(t, url, { cookie: visitor.cookie }, '?tab=mine');
  const [{ id, route, bytes }] = await sent(visitor);
  assert.equal(route, '/cable');
  assert.ok(bytes > '{"type":"welcome"}'.length, `${bytes} bytes, with the handshake`);
  assert.deepEqual(await sent(visitor, 'other'), []);
  assert.deepEqual(await sent(new Visitor(url)), []);

  await eventually(async () => (await sent(visitor))[0]?.bytes > bytes); // a ping
  client.socket.terminate();
  await once(client.socket, 'close');
  assert.equal((await sent(visitor))[0]?.id, id, 'its last bytes can still be asked for');
});

test('people cut the connections of their tab, and no others', async t => {
  const { url } = await startTestApp(t);
  const [visitor, other] = [new Visitor(url), new Visitor(url)];
  await visitor.get('/');
  await other.get('/');
  const own = await CableClient.connect(t, url, { cookie: visitor.cookie }, '?tab=mine');
  const otherTab = await CableClient.connect(t, url, { cookie: visitor.cookie }, '?tab=other');
  const foreign = await CableClient.connect(t, url, { cookie: other.cookie }, '?tab=mine');
  const closed = once(own.socket, 'close');
  assert.equal((await visitor.postAsTurbo('/compare/cut', { tab: 'mine' })).status, 204);
  const [code] = await closed;
  assert.equal(code, 1006, 'without a goodbye');
  for (const client of [foreign, otherTab]) await client.next(({ type }) => type === 'ping');
  assert.equal((await visitor.post('/compare/cut')).headers.get('location'), '/compare');
});
