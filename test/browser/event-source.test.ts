import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { startCuttableProxy } from '../support/cuttable-proxy.ts';
import { eventually } from '../support/eventually.ts';
import { openPage } from '../support/page.ts';

/** The two endpoints, and what their events look like for "Hel" and "lo". */
const STREAMS = {
  '/v1/completions/live_stream?prompt=Hello?': {
    texts: ['message {"status":200,"content":"Hel"}', 'message {"status":200,"content":"Hello"}'],
    end: 'message [DONE]',
  },
  '/chat?messages=[{"role":"user","content":"Hello?"}]': {
    texts: ['text {"text":"Hel"}', 'text {"text":"lo"}'],
    end: 'done {}',
  },
} as const;

for (const [path, { texts, end }] of Object.entries(STREAMS)) {
  test(`an EventSource reads ${path} as it is written, to its end`, async t => {
    const { page, upstream } = await openSourcePage(t);
    const source = await openSource(page, path);
    const call = await upstream.nextCall();
    call.text('Hel');
    await source.heard(texts[0]);
    call.text('lo');
    await source.heard(...texts);
    call.finish();
    await source.heard(...texts, end);
  });

  test(`an EventSource that nobody closes at the end of ${path} ends by itself, and asks nothing again`, async t => {
    const { page, upstream } = await openSourcePage(t);
    const answers = statusesOf(page, path);
    const source = await openSource(page, path);
    const call = await upstream.nextCall();
    call.text('Hel');
    call.finish();
    await source.is('CLOSED');
    assert.deepEqual(answers, [200, 204]);
    assert.equal(upstream.calls, 1);
  });

  test(`an EventSource on ${path} that is cut in mid-reply asks again, is told that there is no more, and ends`, async t => {
    const { page, proxy, upstream } = await openSourcePage(t);
    const answers = statusesOf(page, path);
    const source = await openSource(page, path);
    const call = await upstream.nextCall();
    call.text('Hel');
    await source.heard(texts[0]);
    proxy.cut();
    await call.closed;
    await source.is('CONNECTING');
    proxy.mend();
    await source.is('CLOSED');
    assert.deepEqual(answers, [200, 204]);
    await source.heard(texts[0]);
    assert.equal(upstream.calls, 1);
  });

  test(`closing an EventSource on ${path} ends the request at the model`, async t => {
    const { page, upstream } = await openSourcePage(t);
    const source = await openSource(page, path);
    const call = await upstream.nextCall();
    call.text('Hel');
    await source.heard(texts[0]);
    await source.close();
    await call.closed;
  });
}

test('an EventSource hears why there is no reply', async t => {
  const { page, upstream } = await openSourcePage(t);
  upstream.answerAll(call => call.status(401));
  const sentence = "The model's server does not accept the API key. Check OPENAI_API_KEY.";
  const [live, chat] = [
    await openSource(page, '/v1/completions/live_stream?prompt=Hello?'),
    await openSource(page, '/chat'),
  ];
  await live.heard(`message ${JSON.stringify({ status: 502, error: sentence })}`, 'message [DONE]');
  await chat.heard(`error ${JSON.stringify({ message: sentence })}`, 'done {}');
});

/** A page of ours, by way of a network that can be cut. */
async function openSourcePage(t: TestContext) {
  const context = await startTestApp(t);
  const proxy = await startCuttableProxy(t, context.url);
  const page = await openPage(t, await sharedChromium());
  await page.goto(`${proxy.url}/conversations/new`);
  return { ...context, proxy, page };
}

/** The statuses with which this address is answered from now on. */
function statusesOf(page: Page, path: string): number[] {
  const statuses: number[] = [];
  page.on('response', response => {
    if (response.url() === new URL(path, page.url()).href) statuses.push(response.status());
  });
  return statuses;
}

/** Opens an EventSource in the page, which keeps all that it hears. */
async function openSource(page: Page, path: string) {
  const reader = await page.evaluateHandle(path => {
    const source = new EventSource(path);
    const heard: string[] = [];
    for (const name of ['message', 'text', 'error', 'done']) {
      source.addEventListener(name, event => {
        if (event instanceof MessageEvent) heard.push(`${name} ${event.data}`);
      });
    }
    return { source, heard };
  }, path);
  return {
    /** Waits until it has heard so much; then it is exactly this. */
    async heard(...expected: string[]) {
      await eventually(async () => (await reader.evaluate(({ heard }) => heard.length)) >= expected.length);
      assert.deepEqual(await reader.evaluate(({ heard }) => heard), expected);
    },
    async is(state: 'CONNECTING' | 'CLOSED') {
      await eventually(() =>
        reader.evaluate(({ source }, state) => source.readyState === EventSource[state], state),
      );
    },
    close: () => reader.evaluate(({ source }) => source.close()),
  };
}
