import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { holdTimers } from '../support/held-timers.ts';
import { startScriptedUpstream } from '../support/scripted-upstream.ts';
import { ask, faultIn, openTestModel } from './asking.ts';

/** How long a model may be silent, where the test says when that is over. No other timer takes just as long. */
const IDLE_SECONDS = 77;

async function start(t: TestContext, settings: { idleSeconds?: number } = {}) {
  const upstream = await startScriptedUpstream(t);
  const model = await openTestModel(t, { baseUrl: upstream.baseUrl, ...settings });
  const asked = ask(t, model);
  return { upstream, model, asked, call: await upstream.nextCall() };
}

test('a reply is yielded as it is written, and ends with the model and the usage', async t => {
  const { asked, call } = await start(t);
  call.text('Hel');
  await asked.first('text');
  assert.equal(asked.text, 'Hel');
  call.text('lo');
  call.finish('stop', { prompt_tokens: 7, completion_tokens: 2 });
  assert.deepEqual(await asked.end, {
    type: 'end',
    note: undefined,
    model: 'scripted',
    promptTokens: 7,
    completionTokens: 2,
  });
  assert.equal(asked.text, 'Hello');
});

test('the request carries the key, the model and the messages, and asks for a stream with usage', async t => {
  const { call } = await start(t);
  assert.equal(call.headers.authorization, 'Bearer sk-test-4f1c9b7e2d');
  assert.equal(call.body.model, 'scripted');
  assert.deepEqual(
    call.body.messages.map(({ role }) => role),
    ['system', 'user'],
  );
  assert.equal(call.body.stream, true);
  assert.deepEqual(call.body.stream_options, { include_usage: true });
});

test('a reply without usage is complete', async t => {
  const { asked, call } = await start(t);
  call.text('Hello');
  call.finish();
  const end = await asked.end;
  assert.ok(end?.type === 'end');
  assert.equal(end.promptTokens, undefined);
  assert.equal(end.completionTokens, undefined);
});

test('a reply without [DONE] is complete when it gave a finish reason', async t => {
  const { asked, call } = await start(t);
  call.text('Hello');
  call.chunk({ choices: [{ delta: {}, finish_reason: 'stop' }] });
  call.end();
  assert.equal((await asked.end)?.type, 'end');
});

test('nothing that happens after the finish reason takes the reply away', async t => {
  const { asked, call } = await start(t);
  call.text('Hello');
  call.chunk({ choices: [{ delta: {}, finish_reason: 'stop' }] });
  call.raw('data: {"broken\n\n');
  assert.equal((await asked.end)?.type, 'end');
});

test('a server that leaves the connection open after the finish reason is not waited for longer than a second', async t => {
  const grace = holdTimers(t, 1_000);
  const { asked, call } = await start(t);
  call.text('Hello');
  call.chunk({ choices: [{ delta: {}, finish_reason: 'stop' }] });
  await grace.areRunning(1);
  grace.goOff();
  assert.equal((await asked.end)?.type, 'end');
  await call.closed;
});

test('a finished reply without text is not taken for a silence', async t => {
  const { asked, call } = await start(t);
  call.chunk({ choices: [{ delta: {}, finish_reason: 'stop' }] });
  await faultIn(asked, 'empty');
});

test('a finish reason that nobody knows completes the reply', async t => {
  const { asked, call } = await start(t);
  call.text('Hello');
  call.finish('moon_phase');
  const end = await asked.end;
  assert.ok(end?.type === 'end');
  assert.equal(end.note, undefined);
});

for (const [reason, note] of [
  ['length', /reached the length/],
  ['content_filter', /content filter/],
] as const) {
  test(`a reply that ends by "${reason}" is complete, with a note`, async t => {
    const { asked, call } = await start(t);
    call.text('Hello');
    call.finish(reason);
    const end = await asked.end;
    assert.ok(end?.type === 'end');
    assert.match(end.note ?? '', note);
  });
}

test('chunks without choices, deltas or content are no text', async t => {
  const { asked, call } = await start(t);
  call.chunk({ choices: [], prompt_filter_results: [] });
  call.chunk({ choices: [{ index: 0 }] });
  call.chunk({ choices: [{ delta: { role: 'assistant', content: '' }, finish_reason: '' }] });
  call.chunk({ choices: [{ delta: { content: null } }] });
  call.raw(': keep-alive\n\n');
  call.text('Hello');
  call.finish();
  await asked.end;
  assert.deepEqual(
    asked.events.map(({ type }) => type),
    ['text', 'end'],
  );
});

for (const field of ['reasoning', 'reasoning_content'] as const) {
  test(`reasoning under "${field}" is told apart from the text`, async t => {
    const { asked, call } = await start(t);
    call.reasoning('Let me see.', field);
    await asked.first('reasoning');
    call.text('Hello');
    call.finish();
    await asked.end;
    assert.equal(asked.reasoning, 'Let me see.');
    assert.equal(asked.text, 'Hello');
  });
}

test('reasoning that comes under both names is taken once', async t => {
  const { asked, call } = await start(t);
  call.chunk({ choices: [{ delta: { reasoning: 'Hm.', reasoning_content: 'Hm.' } }] });
  call.text('Hello');
  call.finish();
  await asked.end;
  assert.equal(asked.reasoning, 'Hm.');
});

test('a refusal is what the person reads', async t => {
  const { asked, call } = await start(t);
  call.chunk({ choices: [{ delta: { refusal: 'I would rather not.' } }] });
  call.finish();
  await asked.end;
  assert.equal(asked.text, 'I would rather not.');
});

test('characters, events and newlines that are cut between network chunks arrive whole', async t => {
  const { asked, call } = await start(t);
  const text = 'Grüße 👋🏽\r\nzweite Zeile\r';
  const event = JSON.stringify({ choices: [{ delta: { content: text } }] });
  for (const byte of Buffer.from(`data: ${event}\r\n\r\n`)) call.raw(Uint8Array.of(byte));
  call.text('\nEnde \ud83d');
  call.text('\ude00\r');
  call.text('\0');
  call.finish();
  await asked.end;
  assert.equal(asked.text, 'Grüße 👋🏽\nzweite Zeile\nEnde 😀\n');
});

test('a reply of many chunks arrives in order', async t => {
  const { asked, call } = await start(t);
  const words = Array.from({ length: 2000 }, (_, index) => `${index} `);
  for (const word of words) call.text(word);
  call.finish();
  await asked.end;
  assert.equal(asked.text, words.join(''));
});

test('aborting while the model is silent closes the connection within 100 ms', async t => {
  const { asked, call } = await start(t);
  call.text('Hello');
  await asked.first('text');
  const aborted = performance.now();
  asked.abort();
  assert.ok((await call.closed) - aborted < 100);
  await asked.end;
  assert.equal(asked.events.length, 1);
});

test('aborting before the first byte closes the connection within 100 ms', async t => {
  const { asked, call } = await start(t);
  const aborted = performance.now();
  asked.abort();
  assert.ok((await call.closed) - aborted < 100);
  assert.equal(await asked.end, undefined);
});

test('aborting while the connection is being made ends the reply within 100 ms', async t => {
  const server = createServer();
  t.after(() => server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const asked = ask(t, await openTestModel(t, { baseUrl: `https://127.0.0.1:${port}/v1` }));
  const [socket] = await once(server, 'connection'); // and then nothing: the handshake is never answered
  const aborted = performance.now();
  asked.abort();
  assert.equal(await asked.end, undefined);
  assert.ok(performance.now() - aborted < 100);
  socket.destroy(); // the pool would wait for it
});

test('a reply that was aborted before it began asks nobody', async t => {
  const upstream = await startScriptedUpstream(t);
  const model = await openTestModel(t, { baseUrl: upstream.baseUrl });
  const events = await Array.fromAsync(model.reply({ messages: [] }, AbortSignal.abort()));
  assert.deepEqual(events, []);
  assert.equal(upstream.calls, 0);
});

test('leaving the loop closes the connection within 100 ms', async t => {
  const upstream = await startScriptedUpstream(t);
  const model = await openTestModel(t, { baseUrl: upstream.baseUrl });
  const reply = model.reply({ messages: [] }, new AbortController().signal);
  const first = reply.next();
  const call = await upstream.nextCall();
  call.text('Hello');
  await first;
  const left = performance.now();
  await reply.return(undefined);
  assert.ok((await call.closed) - left < 100);
});

test('a model that is silent before the first byte is given up', async t => {
  const silence = holdTimers(t, IDLE_SECONDS * 1000);
  const { asked, call } = await start(t, { idleSeconds: IDLE_SECONDS });
  silence.goOff();
  await faultIn(asked, 'silent');
  await call.closed;
});

test('a model that falls silent in mid-reply is given up, and its text stays', async t => {
  const silence = holdTimers(t, IDLE_SECONDS * 1000);
  const { asked, call } = await start(t, { idleSeconds: IDLE_SECONDS });
  call.text('Hello');
  await asked.first('text');
  await silence.areRunning(1);
  silence.goOff();
  await faultIn(asked, 'silent');
  assert.equal(asked.text, 'Hello');
  await call.closed;
});

test('a reader who takes his time is not taken for a silent model', async t => {
  const upstream = await startScriptedUpstream(t);
  const silence = holdTimers(t, IDLE_SECONDS * 1000);
  const model = await openTestModel(t, { baseUrl: upstream.baseUrl, idleSeconds: IDLE_SECONDS });
  upstream.answerAll(call => {
    call.text('Hello');
    call.finish();
  });
  const reply = model.reply({ messages: [] }, new AbortController().signal);
  await reply.next();
  silence.goOff();
  const { value } = await reply.next();
  assert.equal(value?.type, 'end');
});
