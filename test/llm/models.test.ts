import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setImmediate as isHeard } from 'node:timers/promises';
import { type ListedModel, ModelList } from '../../src/llm/model-list.ts';
import { freePort } from '../support/free-port.ts';
import { startScriptedUpstream } from '../support/scripted-upstream.ts';
import { openTestModel } from './asking.ts';

test('the models that can chat are listed, and kept for a while', async t => {
  const upstream = await startScriptedUpstream(t);
  upstream.models = ['llama3.2', 'nomic-embed-text', 'gpt-4o-transcribe', 'dall-e-3', 'qwen3'];
  const model = await openTestModel(t, { baseUrl: upstream.baseUrl });
  assert.deepEqual(await model.models(), ['llama3.2', 'qwen3']);
  upstream.models = ['another'];
  assert.deepEqual(await model.models(), ['llama3.2', 'qwen3']);
});

test('the list is asked for once at a time', async t => {
  const { baseUrl, asked, answer } = await slowServer(t);
  const model = await openTestModel(t, { baseUrl });
  const lists = Promise.all([model.models(), model.models(), model.models()]);
  await answer();
  assert.deepEqual(await lists, [['one'], ['one'], ['one']]);
  assert.equal(asked(), 1);
});

test('a server that is not there lists nothing', async t => {
  const model = await openTestModel(t, { baseUrl: `http://127.0.0.1:${await freePort()}/v1` });
  assert.deepEqual(await model.models(), []);
});

test('nobody waits for a list to be renewed, and one that cannot be holds', async t => {
  const { list, asked, pass } = startList(t);
  const first = list.get();
  asked[0]?.resolve([{ id: 'one' }]);
  assert.deepEqual(await first, [{ id: 'one' }]);

  pass(5);
  assert.deepEqual(await list.get(), [{ id: 'one' }]);
  asked[1]?.reject(new Error('The server is away.'));
  await isHeard();
  pass(1);
  assert.deepEqual(await list.get(), [{ id: 'one' }]);
  asked[2]?.resolve([{ id: 'two' }]);
  await isHeard();
  assert.deepEqual(await list.get(), [{ id: 'two' }]);
  assert.equal(asked.length, 3);
});

test('a server that could not say is not waited for again', async t => {
  const { list, asked, pass } = startList(t);
  const first = list.get();
  asked[0]?.reject(new Error('It is silent.'));
  assert.deepEqual(await first, []);
  pass(1);
  assert.deepEqual(await list.get(), []);
  assert.equal(asked.length, 2);
});

test('a check says that the model answers, how soon, and what else there is', async t => {
  const upstream = await startScriptedUpstream(t);
  upstream.models = ['scripted', 'another'];
  const model = await openTestModel(t, { baseUrl: upstream.baseUrl });
  const checked = model.check();
  const call = await upstream.nextCall();
  call.text('Hello');
  const check = await checked;
  assert.ok(check.isReady);
  assert.equal(check.model, 'scripted');
  assert.deepEqual(check.models, ['scripted', 'another']);
  assert.ok(check.ms >= 0 && check.ms < 10_000);
  await call.closed; // one word is enough
});

test('a check says why a model does not answer, and asks once', async t => {
  const upstream = await startScriptedUpstream(t);
  upstream.answerAll(call => call.status(500));
  const model = await openTestModel(t, { baseUrl: upstream.baseUrl });
  const check = await model.check();
  assert.ok(!check.isReady);
  assert.match(check.sentence, /error 500/);
  assert.equal(upstream.calls, 1);
});

/** A list whose server answers when it is told to, and a clock that goes on by so many minutes. */
function startList(t: TestContext) {
  let now = 0;
  t.mock.method(performance, 'now', () => now);
  const asked: PromiseWithResolvers<readonly ListedModel[]>[] = [];
  const list = new ModelList(() => {
    const asking = Promise.withResolvers<readonly ListedModel[]>();
    asked.push(asking);
    return asking.promise;
  });
  const pass = (minutes: number) => {
    now += minutes * 60_000;
  };
  return { list, asked, pass };
}

/** Lists its model only when it is told to. */
async function slowServer(t: TestContext) {
  let asked = 0;
  const begun = Promise.withResolvers<() => void>();
  const server = createServer((_, response) => {
    asked += 1;
    begun.resolve(() =>
      response.setHeader('content-type', 'application/json').end('{"data":[{"id":"one"}]}'),
    );
  });
  t.after(() => server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    asked: () => asked,
    answer: async () => (await begun.promise)(),
  };
}
