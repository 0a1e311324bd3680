import assert from 'node:assert/strict';
import test from 'node:test';
import Fastify from 'fastify';
import { sessions } from '../../src/http/sessions.ts';
import { builtInBots } from '../../src/models/built-in-bots.ts';
import { eventStreamRoutes } from '../../src/routes/event-streams.ts';
import {
  chatQuery,
  liveStream,
  openStream,
  postedForm,
  postedJson,
  readStream,
  sentenceIn,
  WAYS,
  type WayRequest,
} from '../event-streams/reading.ts';
import { startTestApp } from '../support/app.ts';
import { startConversation } from '../support/conversation.ts';
import { eventually } from '../support/eventually.ts';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';
import { Visitor } from '../support/visitor.ts';

function answerAll(upstream: ScriptedUpstream, text: string): void {
  upstream.answerAll(call => {
    call.text(text);
    call.finish();
  });
}

function withHeaders([url, init]: WayRequest, headers: Readonly<Record<string, string>>): WayRequest {
  return [url, { ...init, headers: { ...init?.headers, ...headers } }];
}

for (const way of WAYS) {
  test(`${way.name}: the text is told as it comes, and then the end`, async t => {
    const { url, upstream } = await startTestApp(t);
    const stream = await openStream(t, ...way.request(url, 'Hello?'));
    const call = await upstream.nextCall();
    assert.deepEqual(call.body.messages, [
      { role: 'system', content: builtInBots[0]?.instructions },
      { role: 'user', content: 'Hello?' },
    ]);
    call.text('Hel');
    assert.equal(await stream.next(), way.text('Hel', 'Hel'));
    call.text('lo');
    assert.equal(await stream.next(), way.text('Hello', 'lo'));
    call.finish();
    assert.deepEqual(await stream.rest(), [way.end]);
  });

  test(`${way.name}: nobody on the way may hold the events back, change them or keep them`, async t => {
    const { url, upstream } = await startTestApp(t);
    answerAll(upstream, 'Hello');
    const { headers } = (await openStream(t, ...way.request(url, 'Hello?'))).response;
    assert.equal(headers.get('content-type'), 'text/event-stream');
    assert.equal(headers.get('cache-control'), 'private, no-cache, no-store, no-transform');
    assert.equal(headers.get('x-accel-buffering'), 'no');
    assert.equal(headers.get('content-encoding'), null);
  });

  test(`${way.name}: the key is in nothing that is sent`, async t => {
    const { url, upstream } = await startTestApp(t, { OPENAI_API_KEY: 'sk-secret-4f1c9b7e2d' });
    answerAll(upstream, 'Hello');
    const stream = await openStream(t, ...way.request(url, 'Hello?'));
    const sent = [...stream.response.headers].join() + (await stream.rest()).join();
    assert.match(sent, /Hello/);
    assert.doesNotMatch(sent, /4f1c9b7e2d/);
  });

  test(`${way.name}: whoever had the stream before is told that there is no more, and the model is not asked`, async t => {
    const { url, upstream } = await startTestApp(t);
    const response = await fetch(...withHeaders(way.request(url, 'Hello?'), { 'last-event-id': '0' }));
    assert.equal(response.status, 204);
    assert.equal(await response.text(), '');
    assert.equal(upstream.calls, 0);
  });

  test(`${way.name}: a visitor gets a session, which the next question goes by`, async t => {
    const { url, upstream, deps } = await startTestApp(t);
    answerAll(upstream, 'Hello');
    const { headers } = (await openStream(t, ...way.request(url, 'One'))).response;
    const cookie = /^(parley_session=[^;]+); .*HttpOnly/.exec(headers.get('set-cookie') ?? '')?.[1] ?? '';
    const second = await openStream(t, ...withHeaders(way.request(url, 'Two'), { cookie }));
    assert.equal(second.response.headers.get('set-cookie'), null);
    assert.equal((await deps.db.selectFrom('users').selectAll().execute()).length, 1);
  });

  test(`${way.name}: nothing is saved`, async t => {
    const { url, upstream, deps, visitor, rows, answer } = await startConversation(t);
    await answer('Reply');
    const saved = async () => [await rows(), await deps.db.selectFrom('conversations').selectAll().execute()];
    const before = await saved();
    answerAll(upstream, 'Hello');
    assert.equal(
      (await readStream(t, ...withHeaders(way.request(url, 'Two'), { cookie: visitor.cookie }))).at(-1),
      way.end,
    );
    assert.equal(upstream.calls, 2);
    assert.deepEqual(await saved(), before);
  });

  test(`${way.name}: questions count as those of the chat do, and past the limit the model is not asked`, async t => {
    const { url, upstream } = await startTestApp(t, { ASKS_PER_MINUTE: '2' });
    answerAll(upstream, 'Hello');
    const visitor = new Visitor(url);
    await visitor.get('/');
    await visitor.startConversation('One');
    await eventually(() => upstream.calls === 1);
    const ask = () => readStream(t, ...withHeaders(way.request(url, 'Two'), { cookie: visitor.cookie }));
    assert.deepEqual(await ask(), [way.text('Hello', 'Hello'), way.end]);
    const refusal = await ask();
    const sentence = sentenceIn(refusal[0]);
    assert.match(sentence, /^You have asked more than 2 questions in a minute\. Try again in \d+ seconds\.$/);
    assert.deepEqual(refusal, [way.error(sentence, 429), way.end]);
    assert.equal(upstream.calls, 2);
  });

  test(`${way.name}: whoever keeps no cookie is counted by the address`, async t => {
    const { url, upstream } = await startTestApp(t, { ASKS_PER_MINUTE: '1' });
    answerAll(upstream, 'Hello');
    const ask = () => readStream(t, ...way.request(url, 'Hello?'));
    await ask();
    assert.match((await ask()).join(), /You have asked more than 1 question in a minute/);
    assert.equal(upstream.calls, 1);
  });

  test(`${way.name}: who says to take JSON, as \`curl --json\` does, gets events all the same`, async t => {
    const { url, upstream } = await startTestApp(t);
    answerAll(upstream, 'Hello');
    const request = withHeaders(way.request(url, 'Hello?'), { accept: 'application/json' });
    assert.deepEqual(await readStream(t, ...request), [way.text('Hello', 'Hello'), way.end]);
  });

  test(`${way.name}: while the model is silent, comments keep the connection alive`, async t => {
    const { deps } = await startTestApp(t);
    const app = Fastify().decorate('limitAsking', async () => {});
    t.after(() => app.close());
    await sessions(app, deps);
    await eventStreamRoutes(app, deps, { heartbeatMs: 10 });
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const leaving = new AbortController();
    t.after(() => leaving.abort());
    const [address, init] = way.request(url, 'Hello?');
    const { body } = await fetch(address, { ...init, signal: leaving.signal });
    let stream = '';
    assert.ok(body);
    for await (const text of body.pipeThrough(new TextDecoderStream())) {
      stream += text;
      if (/(: heartbeat\n\n){2}$/.test(stream)) return;
    }
    assert.fail(stream);
  });
}

test('an event stream is framed as the standard has it', async t => {
  const { url, upstream } = await startTestApp(t);
  upstream.answerAll(call => {
    call.text('One\r\n\r\ndata: [DONE]\n\n');
    call.text('\revent: done\u2028');
    call.finish();
  });
  assert.equal(
    await (await fetch(liveStream(url, { prompt: 'Hello?' }))).text(),
    [
      'id: 0\nretry: 300\n\n',
      'id: 1\ndata: {"status":200,"content":"One\\n\\ndata: [DONE]\\n\\n"}\n\n',
      'id: 2\ndata: {"status":200,"content":"One\\n\\ndata: [DONE]\\n\\n\\nevent: done\u2028"}\n\n',
      'id: 3\ndata: [DONE]\n\n',
    ].join(''),
  );
  assert.equal(
    await (await fetch(chatQuery(url, {}))).text(),
    [
      'id: 0\nretry: 300\n\n',
      'id: 1\nevent: text\ndata: {"text":"One\\n\\ndata: [DONE]\\n\\n"}\n\n',
      'id: 2\nevent: text\ndata: {"text":"\\nevent: done\u2028"}\n\n',
      'id: 3\nevent: done\ndata: {}\n\n',
    ].join(''),
  );
});

test('the bot that is named replies to a prompt', async t => {
  const { url, upstream } = await startTestApp(t);
  await openStream(t, liveStream(url, { prompt: 'Hello?', bot: 'PirateBot' }));
  const [instructions] = (await upstream.nextCall()).body.messages;
  assert.equal(instructions?.content, builtInBots.find(({ id }) => id === 'PirateBot')?.instructions);
});

test('a prompt that is missing or blank, and a bot that does not exist, are refused in words', async t => {
  const { url, upstream } = await startTestApp(t);
  const nothing = ['{"status":422,"error":"Write a message first."}', '[DONE]'];
  for (const query of [{}, { prompt: '' }, { prompt: ' \r\n\0' }])
    assert.deepEqual(await readStream(t, liveStream(url, query)), nothing);
  assert.deepEqual(await readStream(t, liveStream(url, { prompt: 'Hello?', bot: 'ParrotBot' })), [
    '{"status":404,"error":"There is no such bot."}',
    '[DONE]',
  ]);
  assert.equal(upstream.calls, 0);
});

/** Requests that cannot be understood, and what is said of them. */
const unreadable: Readonly<Record<string, readonly [init: RequestInit, says: RegExp]>> = {
  'no body': [{ method: 'POST' }, /Send JSON, or a form/],
  'a list for a body': [postedJson([]), /Send JSON, or a form/],
  'a bot that is a list': [postedJson({ bot: ['ChatBot', 'BelleBot'] }), /must be a name/],
  'broken JSON': [{ ...postedJson(0), body: '{"messages":' }, /Send JSON, or a form/],
  'an empty body for JSON': [{ ...postedJson(0), body: '' }, /Send JSON, or a form/],
  'JSON that would change a prototype': [
    { ...postedJson(0), body: '{"__proto__":{"bot":"ChatBot"}}' },
    /Send JSON, or a form/,
  ],
  'another type of content': [
    { method: 'POST', body: 'bot,messages', headers: { 'content-type': 'text/csv' } },
    /Send JSON, or a form/,
  ],
  'more than 2 MB of JSON': [
    postedJson({ messages: 'x'.repeat(2 * 1024 * 1024) }),
    /more than the server takes/,
  ],
  'more than 2 MB in a form': [
    postedForm({ messages: 'x'.repeat(2 * 1024 * 1024) }),
    /more than the server takes/,
  ],
};

for (const [title, [init, says]] of Object.entries(unreadable)) {
  test(`${title} is refused in words, as an event`, async t => {
    const { url, upstream } = await startTestApp(t);
    const [error = '', end] = await readStream(t, `${url}/chat`, init);
    assert.match(error, /^error \{"message":"[^<]{20,}\."\}$/);
    assert.match(error, says);
    assert.equal(end, 'done {}');
    assert.equal(upstream.calls, 0);
  });
}

test('a parameter that comes twice is refused in words, as an event', async t => {
  const { url, upstream } = await startTestApp(t);
  const sentence = '"bot" must be a name, and what is asked a text.';
  assert.deepEqual(await readStream(t, `${url}/v1/completions/live_stream?prompt=One&prompt=Two`), [
    JSON.stringify({ status: 422, error: sentence }),
    '[DONE]',
  ]);
  for (const query of ['bot=ChatBot&bot=BelleBot', 'messages=[]&messages=[]']) {
    const refusal = [`error ${JSON.stringify({ message: sentence })}`, 'done {}'];
    assert.deepEqual(await readStream(t, `${url}/chat?${query}`), refusal);
  }
  assert.equal(upstream.calls, 0);
});

/** From one that only we find too long, to one that Node itself does not take. */
const LONG_URLS = [8_000, 9_000, 40_000, 300_000];

for (const address of ['/v1/completions/live_stream?prompt=', '/chat?messages=']) {
  test(`${address} and too much for an address is refused with a sentence that says what to do`, async t => {
    const { url, upstream } = await startTestApp(t);
    for (const length of LONG_URLS) {
      const response = await fetch(`${url}${address}${'x'.repeat(length)}`);
      assert.equal(response.status, 414, `${length}`);
      assert.match(await response.text(), /This is too long for an address\. Send it (to \/chat )?by POST\./);
    }
    assert.equal(upstream.calls, 0);
  });
}

test('an address of nearly 8 kB is taken, and by POST fifty times as much', async t => {
  const { url, upstream } = await startTestApp(t);
  answerAll(upstream, 'Hello');
  const long = 'x'.repeat(7_900);
  assert.deepEqual(await readStream(t, liveStream(url, { prompt: long })), [
    '{"status":200,"content":"Hello"}',
    '[DONE]',
  ]);
  const messages = Array.from({ length: 50 }, () => ({ role: 'user', content: long }));
  assert.deepEqual(await readStream(t, `${url}/chat`, postedJson({ messages })), [
    'text {"text":"Hello"}',
    'done {}',
  ]);
});

test('whoever asks only for the head does not ask the model', async t => {
  const { url, upstream } = await startTestApp(t);
  for (const address of [liveStream(url, { prompt: 'Hello?' }), chatQuery(url, {})]) {
    const { status } = await fetch(address, { method: 'HEAD' });
    assert.equal(status, 404);
  }
  assert.equal(upstream.calls, 0);
});
