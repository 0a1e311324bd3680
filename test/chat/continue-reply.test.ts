import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerTo } from '../../src/llm/demo/answer.ts';
import { builtInBots } from '../../src/models/built-in-bots.ts';
import { startTestApp } from '../support/app.ts';
import { startConversation } from '../support/conversation.ts';
import { eventually } from '../support/eventually.ts';
import { messagesOf } from '../support/rows.ts';
import { Visitor } from '../support/visitor.ts';

test('Continue has the same reply gone on with, right where its text ends', async t => {
  const { visitor, upstream, rows, answer, breakOff } = await startConversation(t);
  const broken = await breakOff('The moon pulls the wa');
  await visitor.post(`/messages/${broken.id}/continuation`);
  const { reply, call } = await answer('ter.');
  assert.deepEqual([reply.id, reply.content, reply.note], [broken.id, 'The moon pulls the water.', null]);
  assert.equal((await rows()).length, 2);
  assert.equal(upstream.calls, 2);

  const [system, ...said] = call.body.messages;
  assert.match(system?.content ?? '', /^You are ChatBot.*Go on from exactly where it ends.*repeat nothing/s);
  assert.deepEqual(said, [
    { role: 'user', content: 'One' },
    { role: 'assistant', content: 'The moon pulls the wa' },
  ]);
});

test('a model that writes a reply from its beginning is not told to go on', async t => {
  const { answer } = await startConversation(t);
  const { call } = await answer('Reply');
  assert.equal(call.body.messages[0]?.content, builtInBots[0]?.instructions);
});

test('a reply that was cut short at its length can be continued, and then is complete', async t => {
  const { visitor, answer } = await startConversation(t);
  const { reply: short } = await answer('And so', 'length');
  assert.match((await visitor.get(`/conversations/${short.conversation_id}`)).body, /cut short.*>Continue</s);
  await visitor.post(`/messages/${short.id}/continuation`);
  const { reply } = await answer(' to bed.');
  assert.deepEqual([reply.content, reply.note], ['And so to bed.', null]);
});

test('a continued reply that breaks off or is stopped once more keeps all of its text', async t => {
  const { visitor, upstream, breakOff, replyThatIs } = await startConversation(t);
  const { id } = await breakOff('One, ');
  await visitor.post(`/messages/${id}/continuation`);
  assert.equal((await breakOff('two, ')).content, 'One, two, ');
  await visitor.post(`/messages/${id}/continuation`);
  const call = await upstream.nextCall();
  await visitor.post(`/messages/${id}/cancellation`);
  await call.closed;
  assert.equal((await replyThatIs('stopped')).content, 'One, two, ');
});

test('a model that has nothing to add has ended the reply', async t => {
  const { visitor, upstream, breakOff, replyThatIs } = await startConversation(t);
  const { id } = await breakOff('The end.');
  await visitor.post(`/messages/${id}/continuation`);
  (await upstream.nextCall()).finish();
  const { content, note } = await replyThatIs('complete');
  assert.deepEqual([content, note], ['The end.', null]);
});

test('what the model thinks when it goes on stands apart from what it thought before', async t => {
  const { visitor, upstream, replyThatIs } = await startConversation(t);
  const first = await upstream.nextCall();
  first.reasoning('Moon.');
  first.text('The ');
  first.end();
  const { id } = await replyThatIs('interrupted');
  await visitor.post(`/messages/${id}/continuation`);
  const second = await upstream.nextCall();
  second.reasoning('Sun');
  second.reasoning(' too.');
  second.text('tides.');
  second.finish();
  assert.equal((await replyThatIs('complete')).reasoning, 'Moon.\n\nSun too.');
});

test('blocks and an open tail are gone on with as if nothing had been', async t => {
  const { visitor, path, breakOff, answer } = await startConversation(t);
  const { id } = await breakOff('# Tides\n\n- **high\n- low**\n\n```js\nconst moon =');
  await visitor.post(`/messages/${id}/continuation`);
  await answer(' true;\n```\n\nThe end.');
  const { body } = await visitor.get(path);
  assert.match(body, /<h3>Tides<\/h3>.*moon.*true.*<\/pre>.*<p>The end\.<\/p>/s);
  assert.equal(body.match(/<pre/g)?.length, 1);
});

test('the demo model, stopped in mid-reply and continued, writes what it would have written', async t => {
  const { url, deps } = await startTestApp(t, {
    OPENAI_BASE_URL: '',
    OPENAI_API_KEY: '',
    OPENAI_MODEL: '',
  });
  const visitor = new Visitor(url);
  const path = await visitor.startConversation('Hello', 'PirateBot');
  const reply = async () => (await messagesOf(deps.db, path))[1];
  const { id } = await eventually(async () => {
    const begun = await reply();
    return begun && begun.content.length > 20 && begun;
  });
  await visitor.post(`/messages/${id}/cancellation`);
  const stopped = await reply();
  await visitor.post(`/messages/${id}/continuation`);
  const complete = await eventually(async () => {
    const now = await reply();
    return now?.status === 'complete' && now;
  }, 30);

  const instructions = builtInBots.find(bot => bot.id === 'PirateBot')?.instructions ?? '';
  const whole = answerTo([
    { role: 'system', content: instructions },
    { role: 'user', content: 'Hello' },
  ]);
  assert.equal(complete.content, whole);
  assert.ok((stopped?.content.length ?? Infinity) < whole.length);
});
