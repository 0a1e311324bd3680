import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { ReplyRequest } from '../../src/llm/model.ts';
import { startScriptedUpstream, type UpstreamCall } from '../support/scripted-upstream.ts';
import { openTestModel } from './asking.ts';

const MESSAGES = [{ role: 'user', content: 'Hello?' }] as const;

/** A model whose server answers each call by what stands in its body. */
async function start(t: TestContext, answer: (call: UpstreamCall) => void) {
  const upstream = await startScriptedUpstream(t);
  const bodies: Record<string, unknown>[] = [];
  upstream.answerAll(call => {
    bodies.push({ ...call.body });
    answer(call);
  });
  const model = await openTestModel(t, { baseUrl: upstream.baseUrl });
  const ask = (request: Partial<ReplyRequest>) =>
    Array.fromAsync(model.reply({ messages: MESSAGES, ...request }, new AbortController().signal));
  return { bodies, ask };
}

function hello(call: UpstreamCall): void {
  call.text('Hello');
  call.finish();
}

function refuse(call: UpstreamCall, message: string): void {
  call.status(400, { body: { error: { message } } });
}

test('what is wished for is asked of the server, and what is not is left to it', async t => {
  const { bodies, ask } = await start(t, hello);
  await ask({});
  await ask({ model: 'another', temperature: 0, maxTokens: 50 });
  assert.deepEqual(Object.keys(bodies[0] ?? {}).toSorted(), [
    'messages',
    'model',
    'stream',
    'stream_options',
  ]);
  const { model, temperature, max_tokens } = bodies[1] ?? {};
  assert.deepEqual({ model, temperature, max_tokens }, { model: 'another', temperature: 0, max_tokens: 50 });
});

test('a server that wants the newer name of the length is asked by it, from then on', async t => {
  const { bodies, ask } = await start(t, call => {
    if ('max_tokens' in call.body) refuse(call, "Unsupported parameter: 'max_tokens' is not supported.");
    else hello(call);
  });
  for (let times = 0; times < 2; times += 1) await ask({ maxTokens: 50 });
  assert.deepEqual(
    bodies.map(body => [body.max_tokens, body.max_completion_tokens]),
    [
      [50, undefined],
      [undefined, 50],
      [undefined, 50],
    ],
  );
  assert.ok(bodies.every(({ stream_options }) => stream_options));
});

test('a server that checks a schema, is asked anew without what it does not know', async t => {
  const unknown = (field: string) => ({
    body: { detail: [{ loc: ['body', field], msg: 'Extra inputs are not permitted' }] },
  });
  const { bodies, ask } = await start(t, call => {
    if ('max_tokens' in call.body) call.status(422, unknown('max_tokens'));
    else if (call.body.stream_options) call.status(422, unknown('stream_options'));
    else hello(call);
  });
  assert.equal((await ask({ maxTokens: 50 })).at(-1)?.type, 'end');
  assert.equal(bodies.length, 3);
});

test('a refusal for another reason is told as it is', async t => {
  const { bodies, ask } = await start(t, call => refuse(call, "'max_tokens' is too large: 50."));
  const end = ask({ maxTokens: 50 });
  await assert.rejects(end, { kind: 'refused-length' });
  assert.ok(bodies.every(({ max_tokens }) => max_tokens === 50));
});

test('the model that was wished for is the one that is said to be missing', async t => {
  const { ask } = await start(t, call =>
    call.status(404, { body: { error: { message: 'No such model.', code: 'model_not_found' } } }),
  );
  await assert.rejects(ask({ model: 'another' }), { message: /the model "another"/ });
});
