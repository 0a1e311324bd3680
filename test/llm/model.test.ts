import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startScriptedUpstream } from '../support/scripted-upstream.ts';
import { ask, faultIn, openTestModel } from './asking.ts';

test('without a name, the first model of the server answers, looked up when it is needed', async t => {
  const upstream = await startScriptedUpstream(t);
  upstream.models = [];
  const model = await openTestModel(t, { baseUrl: upstream.baseUrl, model: undefined });
  assert.match(model.name, /first model of 127\.0\.0\.1:\d+/);

  upstream.models = ['nomic-embed-text', 'llama', 'mistral'];
  upstream.answerAll(call => {
    call.text(call.body.model ?? '');
    call.finish();
  });
  const first = ask(t, model);
  await first.end;
  assert.equal(first.text, 'llama');
  assert.equal(model.name, 'llama');

  upstream.models = ['another'];
  const second = ask(t, model);
  await second.end;
  assert.equal(second.text, 'llama');
});

test('a server without any model is said to have none', async t => {
  const upstream = await startScriptedUpstream(t);
  upstream.models = [];
  const model = await openTestModel(t, { baseUrl: upstream.baseUrl, model: undefined });
  await faultIn(ask(t, model), 'no-model');
});

test('a server that wants no key gets a placeholder', async t => {
  const upstream = await startScriptedUpstream(t);
  ask(t, await openTestModel(t, { baseUrl: upstream.baseUrl, apiKey: undefined }));
  assert.match((await upstream.nextCall()).headers.authorization ?? '', /^Bearer \S+$/);
});

test('a key alone means OpenAI, with a model of its', async t => {
  const model = await openTestModel(t, { model: undefined });
  assert.match(model.name, /^gpt-/);
  assert.equal(model.isDemo, false);
});

test('without a key and an address, the demo model answers', async t => {
  const model = await openTestModel(t, { apiKey: undefined });
  assert.equal(model.isDemo, true);
  assert.equal(model.name, 'the demo model');
});
