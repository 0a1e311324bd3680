import assert from 'node:assert/strict';
import test from 'node:test';
import { startConversation } from '../support/conversation.ts';

test('a rating is stored, changed and taken back, and each is a version that pages see', async t => {
  const { visitor, answer, rows } = await startConversation(t);
  const { reply } = await answer('Reply');
  const stored = [];
  for (const rating of ['up', 'down', 'none']) {
    const { body } = await visitor.postAsTurbo(`/messages/${reply.id}/rating`, { rating });
    assert.match(body, new RegExp(`action="replace" target="message_${reply.id}"`));
    stored.push((await rows())[1]);
  }
  assert.deepEqual(
    stored.map(row => [row?.rating, (row?.version ?? 0) - reply.version]),
    [
      [1, 1],
      [-1, 2],
      [null, 3],
    ],
  );
  const again = await visitor.postAsTurbo(`/messages/${reply.id}/rating`, { rating: 'none' });
  assert.doesNotMatch(again.body, /action="replace"/);
  assert.equal((await rows())[1]?.version, reply.version + 3);
  const answered = await visitor.post(`/messages/${reply.id}/rating`, { rating: 'up' });
  assert.deepEqual([answered.status, answered.headers.get('location')], [303, `/messages/${reply.id}`]);
  assert.equal((await visitor.post(`/messages/${reply.id}/rating`, { rating: 'best' })).status, 422);
});

test('a reply can be rated, and a question cannot', async t => {
  const { visitor, rows, answer } = await startConversation(t);
  await answer('Reply');
  const [question] = await rows();
  assert.equal((await visitor.post(`/messages/${question?.id}/rating`, { rating: 'up' })).status, 404);
});

test('a reply that is being written is not rated yet, and goes on being written', async t => {
  const { visitor, rows, upstream, replyThatIs } = await startConversation(t);
  const call = await upstream.nextCall();
  call.text('One, ');
  const { id } = await replyThatIs('streaming');
  await visitor.post(`/messages/${id}/rating`, { rating: 'up' });
  call.text('two.');
  call.finish();
  await replyThatIs('complete');
  assert.deepEqual(
    (await rows()).map(({ content, rating }) => [content, rating]),
    [
      ['One', null],
      ['One, two.', null],
    ],
  );
});
