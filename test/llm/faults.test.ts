import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { freePort } from '../support/free-port.ts';
import { startScriptedUpstream } from '../support/scripted-upstream.ts';
import { API_KEY, ask, faultIn, openTestModel } from './asking.ts';
import { faultCases } from './fault-cases.ts';

for (const { title, answer, kind, says, text = '' } of faultCases) {
  test(`${title}: the reply ends as "${kind}"`, async t => {
    const upstream = await startScriptedUpstream(t);
    upstream.answerAll(answer);
    const asked = ask(t, await openTestModel(t, { baseUrl: upstream.baseUrl }));
    const fault = await faultIn(asked, kind);
    assert.match(fault.sentence, says);
    assert.equal(asked.text, text);
  });
}

test('a server that is not running is said to be so', async t => {
  const { sentence } = await faultIn(await askAt(t, `http://127.0.0.1:${await freePort()}/v1`), 'refused');
  assert.match(sentence, /start it/);
});

test('a name that nobody knows is said to be so', async t => {
  await faultIn(await askAt(t, 'http://no-such-host.invalid/v1'), 'unknown-host');
});

test('https where the server speaks http is said to be so', async t => {
  const upstream = await startScriptedUpstream(t);
  await faultIn(await askAt(t, upstream.baseUrl.replace('http:', 'https:')), 'tls');
});

test('an address that cannot be asked is said to be so, without its password', async t => {
  const { sentence } = await faultIn(await askAt(t, 'http://user:secret@127.0.0.1/v1'), 'misconfigured');
  assert.doesNotMatch(sentence, /secret/);
});

test('a key that cannot be sent is said to be so, and not repeated', async t => {
  const model = await openTestModel(t, { baseUrl: 'http://127.0.0.1/v1', apiKey: `${API_KEY}\n…` });
  await faultIn(ask(t, model), 'misconfigured');
});

async function askAt(t: TestContext, baseUrl: string) {
  return ask(t, await openTestModel(t, { baseUrl }));
}
