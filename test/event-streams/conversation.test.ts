import assert from 'node:assert/strict';
import test from 'node:test';
import { startTestApp } from '../support/app.ts';
import { chatQuery, openStream, postedJson, readStream } from './reading.ts';

const GREETING = { role: 'assistant', content: 'Ahoy!' };

test('a conversation that a greeting began has the turns that models want: they begin with the user’s', async t => {
  const { url, upstream } = await startTestApp(t);
  const asked = { role: 'user', content: 'One' };
  for (const history of [[], [GREETING, asked]]) {
    await openStream(t, `${url}/chat`, postedJson({ messages: history }));
    const { body } = await upstream.nextCall();
    assert.deepEqual(
      body.messages.map(({ role }) => role),
      ['system', 'user', ...history.map(({ role }) => role)],
    );
    assert.deepEqual(body.messages.slice(2), history);
  }
});

test('what the model is given is as clean as a question of the chat is', async t => {
  const { url, upstream } = await startTestApp(t);
  const messages = [
    { role: 'user', content: '\r\n  One\r\rtwo\0\n\n' },
    { role: 'assistant', content: 'Two\rlines\0' },
    { role: 'user', content: 'Half of \ud83c' },
  ];
  await openStream(t, chatQuery(url, { messages: JSON.stringify(messages) }));
  assert.deepEqual(
    (await upstream.nextCall()).body.messages.slice(1).map(({ content }) => content),
    ['  One\n\ntwo', 'Two\nlines', 'Half of \ufffd'],
  );
});

test('a question may be no longer than in the chat, however it is asked', async t => {
  const { url, upstream } = await startTestApp(t);
  const messages = [{ role: 'user', content: 'x'.repeat(32_001) }];
  const [error, end] = await readStream(t, `${url}/chat`, postedJson({ messages }));
  assert.match(error ?? '', /^error .*32,001 characters; 32,000 is the most/);
  assert.equal(end, 'done {}');
  assert.equal(upstream.calls, 0);
});
