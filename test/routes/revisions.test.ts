import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import test from 'node:test';
import { startConversation } from '../support/conversation.ts';

test('a revision is a sibling of its question, with a reply of the bot that is chosen, and nothing is overwritten', async t => {
  const { visitor, rows, answer, ask, upstream } = await startConversation(t);
  await answer('Reply one');
  await ask('Two');
  await answer('Reply two');
  const [one, reply, two] = await rows();

  const { body } = await visitor.postAsTurbo(`/messages/${two?.id}/revision`, {
    content: 'Two anew\r\n',
    bot: 'PirateBot',
  });
  const messages = await rows();
  const [sibling, newReply] = messages.slice(4);
  assert.equal(messages.length, 6);
  assert.equal(sibling?.parent_id, reply?.id);
  assert.equal(sibling?.content, 'Two anew');
  assert.deepEqual([newReply?.parent_id, newReply?.bot_id], [sibling?.id, 'PirateBot']);
  assert.match(body, new RegExp(`action="remove" target="message_${two?.id}"`));
  assert.match(body, /action="replace" target="composer"/);
  const { messages: given } = (await upstream.nextCall()).body;
  assert.deepEqual(
    given.slice(1).map(({ content }) => content),
    ['One', 'Reply one', 'Two anew'],
  );

  await visitor.post(`/messages/${newReply?.id}/cancellation`);
  await visitor.post(`/messages/${one?.id}/revision`, { content: 'One anew' });
  assert.equal((await rows()).at(-2)?.parent_id, null);
});

test('a revision that is sent twice asks once, and the second has the first one’s outcome', async t => {
  const { visitor, rows, answer, path } = await startConversation(t);
  await answer('Reply');
  const [one] = await rows();
  const form = { id: randomUUIDv7(), content: 'One anew' };
  const address = `/messages/${one?.id}/revision`;
  for (let i = 0; i < 2; i++) assert.equal((await visitor.post(address, form)).status, 303);
  assert.equal((await rows()).length, 4);

  const { status, body } = await visitor.post(address, { ...form, content: 'Something else' });
  assert.equal(status, 422);
  assert.match(body, /Something else<\/textarea>/);
  assert.equal((await visitor.post(`${path}/messages`, { ...form, id: 'x' })).status, 404);
});

test('a revision that cannot be asked comes back as it was, still to change that question', async t => {
  const { visitor, rows, upstream } = await startConversation(t);
  await upstream.nextCall();
  const [one, reply] = await rows();
  const address = `/messages/${one?.id}/revision`;
  const open = await visitor.post(address, { content: 'One anew' });
  assert.equal(open.status, 409);
  await visitor.post(`/messages/${reply?.id}/cancellation`);
  const empty = await visitor.postAsTurbo(address, { content: ' ' });
  assert.equal(empty.status, 422);
  for (const { body } of [open, empty]) {
    assert.match(body, new RegExp(`id="composer" action="${address}"`));
    assert.match(body, /Editing your question/);
  }
  assert.match(open.body, /Stop the reply first, or wait\..*One anew<\/textarea>/s);
  assert.match(empty.body, /Write a message first\./);
  assert.equal((await rows()).length, 2);
});

test('only a question can be revised', async t => {
  const { visitor, rows, answer } = await startConversation(t);
  await answer('Reply');
  const [, reply] = await rows();
  assert.equal((await visitor.get(`/messages/${reply?.id}/revision`)).status, 404);
  assert.equal((await visitor.post(`/messages/${reply?.id}/revision`, { content: 'x' })).status, 404);
});

test('a revision counts as a question', async t => {
  const { visitor, rows, answer } = await startConversation(t, { ASKS_PER_MINUTE: '2' });
  const address = async () => `/messages/${(await rows())[0]?.id}/revision`;
  await answer('Reply');
  assert.equal((await visitor.post(await address(), { content: 'Anew' })).status, 303);
  await answer('Another');
  const { status, body } = await visitor.post(await address(), { content: 'Once more' });
  assert.equal(status, 429);
  assert.match(body, /Once more<\/textarea>/);
});

test('the form offers the bot that answered, and its first question stays when a version of it is deleted', async t => {
  const { visitor, rows, answer, ask, path } = await startConversation(t);
  await answer('Reply one');
  await ask('Two', 'BelleBot');
  await answer('Reply two');
  const [one] = await rows();
  const chosen = async (id: string | undefined) =>
    /value="(\w+)" checked/.exec((await visitor.get(`/messages/${id}/revision`)).body)?.[1];
  assert.equal(await chosen(one?.id), 'ChatBot');
  await visitor.post(`/messages/${one?.id}/revision`, { content: 'One anew', bot: 'PirateBot' });
  const { reply } = await answer('Reply three');
  assert.equal(await chosen(reply.parent_id ?? ''), 'PirateBot');

  await visitor.post(`/messages/${reply.parent_id}/deletion`);
  const { body } = await visitor.get(path);
  assert.match(body, /Reply one.*Two.*Reply two/s);
  assert.doesNotMatch(body, /Reply three|class="pager"/);
});
