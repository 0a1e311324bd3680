import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openModel } from '../../src/llm/model.ts';
import { startScriptedUpstream } from '../support/scripted-upstream.ts';

const SETTINGS = { apiKey: 'k', model: 'scripted', idleSeconds: 60 };

/** What is said of a model's context where the server lists these. */
async function contextOf(
  t: Parameters<typeof startScriptedUpstream>[0],
  listed: readonly object[],
  model?: string,
): Promise<number> {
  const upstream = await startScriptedUpstream(t);
  upstream.models = [...listed];
  const opened = await openModel({ ...SETTINGS, baseUrl: upstream.baseUrl });
  return await opened.contextTokens(model);
}

test('each kind of server says in its own words how much its model takes', async t => {
  const entries = [
    { max_model_len: 8_192 }, // vLLM
    { context_length: 8_192 }, // OpenRouter
    { loaded_context_length: 8_192, max_context_length: 131_072 }, // LM Studio
    { meta: { n_ctx: 8_192, n_ctx_train: 131_072 } }, // llama.cpp
    { meta: { n_ctx_train: 8_192 } }, // llama.cpp, before it said what it has made ready
  ];
  for (const entry of entries) {
    assert.equal(await contextOf(t, [{ id: 'scripted', ...entry }]), 8_192, JSON.stringify(entry));
  }
});

test('it is the asked model that counts, or the only one, whatever its name', async t => {
  const models = [
    { id: 'scripted', context_length: 1_000 },
    { id: 'other', context_length: 2_000 },
  ];
  assert.equal(await contextOf(t, models), 1_000);
  assert.equal(await contextOf(t, models, 'other'), 2_000);
  assert.equal(await contextOf(t, models, 'unlisted'), 16_000);
  assert.equal(await contextOf(t, [{ id: '/models/a.gguf', meta: { n_ctx: 3_000 } }]), 3_000);
});

test('where the server does not say, a figure on the safe side holds', async t => {
  assert.equal(await contextOf(t, []), 16_000);
  assert.equal(await contextOf(t, [{ id: 'scripted', context_length: null, meta: 'none' }]), 16_000);
});

test('what is set counts more than what the server says, and the demo has room', async t => {
  const upstream = await startScriptedUpstream(t);
  upstream.models = [{ id: 'scripted', context_length: 1_000 }];
  const model = await openModel({ ...SETTINGS, baseUrl: upstream.baseUrl, contextTokens: 4_000 });
  assert.equal(await model.contextTokens(), 4_000);

  const demo = await openModel({ ...SETTINGS, apiKey: undefined, baseUrl: undefined });
  t.after(() => demo.close());
  assert.equal(await demo.contextTokens(), 128_000);
});
