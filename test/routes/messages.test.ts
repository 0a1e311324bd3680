import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import test from 'node:test';
import { startTestApp } from '../support/app.ts';
import { eventually } from '../support/eventually.ts';
import { Visitor } from '../support/visitor.ts';

test('a first message starts a conversation and leads to its page', async t => {
  const { url, upstream } = await startTestApp(t);
  const visitor = new Visitor(url);
  const path = await visitor.startConversation('How do tides work?\nIn short.', 'PirateBot');

  const page = await visitor.get(path);
  assert.equal(page.status, 200);
  assert.match(page.body, /<title>How do tides work\? In short\. · Parley<\/title>/);
  assert.match(page.body, /data-role="user" data-status="complete"/);
  assert.match(page.body, /data-role="assistant" data-status="(pending|streaming)"/);

  const call = await upstream.nextCall();
  assert.deepEqual(
    call.body.messages.map(({ role }) => role),
    ['system', 'user'],
  );
  assert.match(call.body.messages[0]?.content ?? '', /pirate/);
  assert.equal(call.body.messages[1]?.content, 'How do tides work?\nIn short.');
});

test('the model gets the shown path, and the next reply comes from the bot that is chosen then', async t => {
  const { url, upstream } = await startTestApp(t);
  const visitor = new Visitor(url);
  const path = await visitor.startConversation('One');
  const first = await upstream.nextCall();
  first.text('Reply one');
  first.finish();
  await eventually(async () =>
    (await visitor.get(path)).body.includes('data-status="complete" data-version="4"'),
  );

  const { status } = await visitor.post(`${path}/messages`, { content: 'Two', bot: 'BelleBot' });
  assert.equal(status, 303);
  const second = await upstream.nextCall();
  assert.deepEqual(
    second.body.messages.slice(1).map(({ content }) => content),
    ['One', 'Reply one', 'Two'],
  );
  assert.match(second.body.messages[0]?.content ?? '', /belle/);
  assert.match((await visitor.get(path)).body, /BelleBot.*value="BelleBot" checked/s);
});

test('Turbo gets the steps of the list and a fresh composer', async t => {
  const { url, upstream } = await startTestApp(t);
  const visitor = new Visitor(url);
  const path = await visitor.startConversation('One');
  const call = await upstream.nextCall();
  call.text('Reply');
  call.finish();
  await eventually(async () => (await visitor.get(path)).body.includes('data-version="4"'));

  const { status, headers, body } = await visitor.postAsTurbo(`${path}/messages`, {
    content: 'Two',
    bot: 'BelleBot',
  });
  assert.equal(status, 200);
  assert.equal(headers.get('content-type'), 'text/vnd.turbo-stream.html; charset=utf-8');
  assert.match(headers.get('vary') ?? '', /Accept/);
  assert.match(
    body,
    /^<turbo-stream action="after" target="message_[^"]+" data-of="messages" data-from="1" data-version="2">/,
  );
  assert.match(body, /<turbo-stream action="replace" target="composer" method="morph">/);
});

const badTexts = [
  ['missing', {}, 'Write a message first.'],
  ['empty', { content: '' }, 'Write a message first.'],
  ['blank', { content: ' \r\n\t ' }, 'Write a message first.'],
  [
    'overlong',
    { content: 'ä'.repeat(32_001) },
    'This message has 32,001 characters; 32,000 is the most that fits.',
  ],
] as const;

for (const [what, form, sentence] of badTexts) {
  test(`a message that is ${what} comes back with a sentence, in both formats`, async t => {
    const { url, upstream } = await startTestApp(t);
    const visitor = new Visitor(url);
    upstream.answerAll(call => call.finish());
    const path = await visitor.startConversation('One');
    const typed = 'content' in form ? form.content.replaceAll('\r\n', '\n') : '';

    for (const target of ['/conversations', `${path}/messages`]) {
      const html = await visitor.post(target, form);
      assert.equal(html.status, 422);
      assert.match(html.body, /^<!DOCTYPE html>/);
      assert.ok(html.body.includes(sentence), target);
      assert.ok(
        html.body.replaceAll('\r\n', '\n').includes(`>${typed}</textarea>`),
        'what was typed is there',
      );

      const stream = await visitor.postAsTurbo(target, form);
      assert.equal(stream.status, 422);
      assert.match(stream.body, /^<turbo-stream action="replace" target="composer"/);
      assert.ok(stream.body.includes(sentence));
    }
  });
}

test('the longest message fits, however long it is on the wire', async t => {
  const { url } = await startTestApp(t);
  const visitor = new Visitor(url);
  await visitor.startConversation('語'.repeat(32_000));
});

test('a question while a reply is open gets 409, and the text is kept', async t => {
  const { url, upstream } = await startTestApp(t);
  const visitor = new Visitor(url);
  const path = await visitor.startConversation('One');
  await upstream.nextCall();
  const html = await visitor.post(`${path}/messages`, { content: 'Two & three' });
  assert.equal(html.status, 409);
  assert.match(html.body, /Stop the reply first, or wait\./);
  assert.match(html.body, />Two &amp; three<\/textarea>/);
  assert.ok(!html.body.includes('http-equiv="refresh"'), 'a page that refreshed itself would lose the text');
  const stream = await visitor.postAsTurbo(`${path}/messages`, { content: 'Two & three' });
  assert.equal(stream.status, 409);
  assert.match(stream.body, />Two &amp; three<\/textarea>/);
});

test('the same form sent twice asks once; with another text it comes back with a fresh id', async t => {
  const { url, upstream } = await startTestApp(t);
  const visitor = new Visitor(url);
  const id = randomUUIDv7();
  const form = { id, content: 'One', bot: 'ChatBot' };
  const first = await visitor.post('/conversations', form);
  const second = await visitor.post('/conversations', form);
  assert.equal(first.headers.get('location'), second.headers.get('location'));
  await upstream.nextCall();

  const other = await visitor.post('/conversations', { ...form, content: 'Another' });
  assert.equal(other.status, 422);
  assert.match(other.body, />Another<\/textarea>/);
  assert.ok(!other.body.includes(`value="${id}"`), 'the id is a fresh one');

  const path = first.headers.get('location')?.replace('?live=1', '') ?? '';
  const repeated = await visitor.postAsTurbo(`${path}/messages`, form);
  assert.equal(repeated.status, 200);
  assert.match(repeated.body, /<turbo-stream action="catch_up">/);
  assert.equal(upstream.calls, 1);
});

test('a form with the id of somebody else’s message is not found', async t => {
  const { url } = await startTestApp(t);
  const id = randomUUIDv7();
  const form = { id, content: 'One', bot: 'ChatBot' };
  await new Visitor(url).post('/conversations', form);
  assert.equal((await new Visitor(url).post('/conversations', form)).status, 404);
});

test('an unknown bot and a malformed id are not found', async t => {
  const { url } = await startTestApp(t);
  const visitor = new Visitor(url);
  assert.equal((await visitor.post('/conversations', { content: 'One', bot: 'RobotBot' })).status, 404);
  assert.equal((await visitor.post('/conversations', { content: 'One', id: 'one' })).status, 404);
  assert.equal((await visitor.get('/conversations/new?bot=RobotBot')).status, 404);
  assert.equal((await visitor.get('/conversations/one')).status, 404);
  assert.equal((await visitor.post('/conversations/one/messages', { content: 'One' })).status, 404);
  assert.equal((await visitor.get('/nowhere')).status, 404);
  for (const path of [
    '/conversations/%zz',
    `/conversations/${'a'.repeat(500)}`,
    '/conversations/new?bot=a&bot=b',
  ]) {
    const { status, body } = await visitor.get(path);
    assert.equal(status, 404, path);
    assert.match(body, /There is no such page\./);
  }
});

test('a form that is larger than anything sensible is refused with a page', async t => {
  const { url } = await startTestApp(t);
  const { status, body } = await new Visitor(url).post('/conversations', { content: 'x'.repeat(2_200_000) });
  assert.equal(status, 413);
  assert.match(body, /more than the server takes/);
});

test('past the limit of questions in a minute the text is kept and the wait is named', async t => {
  const { url, upstream } = await startTestApp(t, { ASKS_PER_MINUTE: '2' });
  upstream.answerAll(call => {
    call.text('Reply');
    call.finish();
  });
  const visitor = new Visitor(url);
  await visitor.get('/');
  await visitor.startConversation('One');
  await visitor.startConversation('Two');
  const { status, body, headers } = await visitor.post('/conversations', { content: 'Three' });
  assert.equal(status, 429);
  assert.match(body, /You have asked more than 2 questions in a minute\. Try again in \d+ seconds\./);
  assert.match(body, />Three<\/textarea>/);
  assert.ok(Number(headers.get('retry-after')) > 0);
  await new Visitor(url).startConversation('Somebody else may ask');
});

test('what is refused for its time keeps its id, and does not count', async t => {
  const { url, upstream } = await startTestApp(t, { ASKS_PER_MINUTE: '2' });
  const visitor = new Visitor(url);
  await visitor.get('/');
  for (let i = 0; i < 3; i++)
    assert.equal((await visitor.post('/conversations', { content: '' })).status, 422);
  const path = await visitor.startConversation('One');
  const call = await upstream.nextCall();
  const id = randomUUIDv7();
  const { status, body } = await visitor.post(`${path}/messages`, { content: 'Two', id });
  assert.equal(status, 409);
  assert.ok(body.includes(`name="id" value="${id}"`));
  call.cut();
});

test('who sends no cookie is limited all the same', async t => {
  const { url } = await startTestApp(t, { ASKS_PER_MINUTE: '2' });
  const post = async () => (await new Visitor(url).post('/conversations', { content: 'One' })).status;
  assert.deepEqual([await post(), await post(), await post()], [303, 303, 429]);
});

test('a text keeps its inner lines, and is never taken for HTML', async t => {
  const { url } = await startTestApp(t);
  const visitor = new Visitor(url);
  const path = await visitor.startConversation('\r\n\r\n  <b>one</b>\r\n\r\ntwo \0 three  \n');
  const { body } = await visitor.get(path);
  assert.ok(body.includes('>  &lt;b&gt;one&lt;/b&gt;\n\ntwo  three</div>'));
});
