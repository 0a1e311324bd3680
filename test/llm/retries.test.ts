import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { UpstreamFault } from '../../src/llm/faults.ts';
import { Pauses } from '../../src/llm/retries.ts';
import { startScriptedUpstream } from '../support/scripted-upstream.ts';
import { ask, faultIn, openTestModel } from './asking.ts';

async function start(t: TestContext) {
  const upstream = await startScriptedUpstream(t);
  const model = await openTestModel(t, { baseUrl: upstream.baseUrl });
  return { upstream, model, asked: ask(t, model) };
}

describe('before the first token', { concurrency: true }, () => {
  for (const status of [429, 500, 502, 503, 504]) {
    test(`${status} is retried`, async t => {
      const { upstream, asked } = await start(t);
      (await upstream.nextCall()).status(status, { headers: { 'retry-after': '0' } });
      const call = await upstream.nextCall();
      call.text('Hello');
      call.finish();
      assert.equal((await asked.end)?.type, 'end');
      assert.equal(asked.text, 'Hello');
    });
  }

  test('a connection that is cut is retried, after a short pause', async t => {
    const { upstream, asked } = await start(t);
    const first = await upstream.nextCall();
    first.cut();
    const second = await upstream.nextCall();
    assert.ok(second.at - first.at >= 200);
    second.text('Hello');
    second.finish();
    await asked.end;
    assert.equal(asked.text, 'Hello');
  });

  test('Retry-After is honoured', async t => {
    const { upstream, asked } = await start(t);
    const first = await upstream.nextCall();
    first.status(429, { headers: { 'retry-after': '0.9' } });
    const second = await upstream.nextCall();
    assert.ok(second.at - first.at >= 890);
    second.text('Hello');
    second.finish();
    await asked.end;
  });

  test('401 is not retried', async t => {
    const { upstream, asked } = await start(t);
    (await upstream.nextCall()).status(401);
    await faultIn(asked, 'unauthorized');
    assert.equal(upstream.calls, 1);
  });

  test('retries come to an end', async t => {
    const { upstream, asked } = await start(t);
    upstream.answerAll(call => call.status(503, { headers: { 'retry-after-ms': '1' } }));
    await faultIn(asked, 'server-error');
    assert.equal(upstream.calls, 4);
  });

  test('aborting ends the wait for the next attempt', async t => {
    const { upstream, asked } = await start(t);
    (await upstream.nextCall()).status(429, { headers: { 'retry-after': '15' } });
    await new Promise(resolve => setImmediate(resolve));
    const aborted = performance.now();
    asked.abort();
    assert.equal(await asked.end, undefined);
    assert.ok(performance.now() - aborted < 100);
    assert.equal(upstream.calls, 1);
  });
});

test('nothing is retried after the first token', async t => {
  const { upstream, asked } = await start(t);
  const call = await upstream.nextCall();
  call.reasoning('Let me see.');
  await asked.first('reasoning');
  call.cut();
  await faultIn(asked, 'cut');
  assert.equal(upstream.calls, 1);
});

for (const status of [400, 422]) {
  test(`a server that answers ${status} to stream_options is asked without them, from then on`, async t => {
    const { upstream, model, asked } = await start(t);
    (await upstream.nextCall()).status(status, {
      body: { error: { message: 'Unknown field: stream_options' } },
    });
    const second = await upstream.nextCall();
    assert.equal(second.body.stream_options, undefined);
    second.text('Hello');
    second.finish();
    await asked.end;

    const again = ask(t, model);
    const third = await upstream.nextCall();
    assert.equal(third.body.stream_options, undefined);
    third.text('Hello');
    third.finish();
    await again.end;
  });
}

test('a server that answers 400 for another reason is asked for the usage the next time', async t => {
  const { upstream, model, asked } = await start(t);
  for (let times = 0; times < 2; times += 1) (await upstream.nextCall()).status(400);
  await faultIn(asked, 'refused-request');
  ask(t, model);
  assert.notEqual((await upstream.nextCall()).body.stream_options, undefined);
});

test('pauses grow, and differ between those who wait', () => {
  const fault = new UpstreamFault('server-error', 'error 500');
  const pauses = new Pauses();
  const [first = 0, second = 0, third = 0] = [1, 2, 3].map(() => pauses.after(fault));
  assert.ok(
    first >= 250 && first <= 500 && second >= 500 && second <= 1000 && third >= 1000 && third <= 2000,
  );
  assert.equal(pauses.after(fault), undefined);
  assert.notEqual(new Pauses().after(fault), first);
});

test('nobody waits longer than 20 seconds, all in all', () => {
  const pauses = new Pauses();
  const busy = new UpstreamFault('rate-limited', '15 seconds', { retryAfterMs: 15_000 });
  assert.equal(pauses.after(busy), 15_000);
  assert.equal(pauses.after(busy), undefined);
});
