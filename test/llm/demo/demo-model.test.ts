import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startDemoModel } from '../../../src/llm/demo/demo-model.ts';
import { tokensOf } from '../../../src/llm/demo/stream-completion.ts';
import { ask, openTestModel } from '../asking.ts';

const DEMO = { apiKey: undefined, model: undefined };

test('the demo model writes at a natural pace, and tells its usage', async t => {
  const start = performance.now();
  const asked = ask(t, await openTestModel(t, DEMO), [
    { role: 'user', content: 'Hello!' },
    { role: 'user', content: 'Thanks!' },
  ]);
  await asked.first('text');
  assert.ok(performance.now() - start >= 190);
  const end = await asked.end;
  assert.ok(end?.type === 'end' && end.completionTokens);
  const tokensPerSecond = end.completionTokens / ((performance.now() - start) / 1000);
  assert.ok(tokensPerSecond > 15 && tokensPerSecond < 80, String(tokensPerSecond));
  assert.match(asked.text, /demo/);
});

test('a reply of the demo model can be aborted', async t => {
  const asked = ask(t, await openTestModel(t, DEMO), [{ role: 'user', content: 'A long story, please' }]);
  await asked.first('text');
  asked.abort();
  assert.notEqual((await asked.end)?.type, 'end');
});

test('tokens are short, and together the text', () => {
  const text = 'Arr, **matey**! Grüße 👋🏽 an alle:\n\n| a | b |\n```ts\nconst x = 1;\n```\n';
  assert.equal(tokensOf(text).join(''), text);
  assert.ok(tokensOf(text).length > 20);
});

test('the demo model lists itself, and answers only who has its key', async t => {
  const demo = await startDemoModel();
  t.after(() => demo.close());
  const get = (path: string, key: string) =>
    fetch(demo.baseUrl + path, { headers: { authorization: `Bearer ${key}` } });

  assert.deepEqual(await (await get('/models', demo.apiKey)).json(), {
    object: 'list',
    data: [{ id: 'demo', object: 'model', created: 0, owned_by: 'parley', context_length: 128_000 }],
  });
  assert.equal((await get('/models', 'another')).status, 401);
  assert.equal((await get('/nothing', demo.apiKey)).status, 404);
});

test('the demo model refuses what is no request for a stream', async t => {
  const demo = await startDemoModel();
  t.after(() => demo.close());
  for (const body of ['{', 'null', '{}', '{"messages":[]}']) {
    const answer = await fetch(`${demo.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${demo.apiKey}` },
      body,
    });
    assert.equal(answer.status, 400, body);
  }
});
