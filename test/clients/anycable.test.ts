import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { eventually } from '../support/eventually.ts';
import { streamIn } from './followed-stream.ts';
import { converse, openStockPage } from './stock-page.ts';

const SCRIPT = `
  import { createCable } from '@anycable/web';
  window.createCable = createCable;
`;
const MARKER = /<turbo-stream action="caught_up"[^<>]*><\/turbo-stream>$/;

/** A page with AnyCable's client at a conversation, whose model says what the test says. */
async function openConversation(t: TestContext) {
  const program = await startTestApp(t);
  const { page, wire } = await openStockPage(t, await sharedChromium(), SCRIPT, /failed to subscribe/);
  await page.goto(await converse(page, program.url));
  const call = await program.upstream.nextCall();
  return { page, wire, call, name: streamIn(await page.content()).signed_stream_name };
}

test('a channel of AnyCable’s client gets the frames, performs a catch-up, and leaves', async t => {
  const { page, wire, call, name } = await openConversation(t);
  const handle = await page.evaluateHandle(signed_stream_name => {
    const channel = Reflect.get(window, 'createCable')().subscribeTo('Turbo::StreamsChannel', {
      signed_stream_name,
    });
    const read: string[] = [];
    channel.on('message', (html: string) => void read.push(html));
    return { channel, read };
  }, name);
  const read = () => handle.evaluate(({ read }) => read);

  await eventually(() => handle.evaluate(({ channel }) => channel.state === 'connected'));
  call.text('as it is written');
  await eventually(async () => (await read()).some(html => /as it is written/.test(html)));
  await handle.evaluate(({ channel }) => channel.perform('catch_up', { list: 0, seen: {} }));
  await eventually(async () => MARKER.test((await read()).at(-1) ?? ''));
  await handle.evaluate(({ channel }) => channel.disconnect());
  await eventually(() => wire.sent.some(({ command }) => command === 'unsubscribe'));
});

test('AnyCable’s own channel for signed names is rejected', async t => {
  const { page, name } = await openConversation(t);
  const outcome = await page.evaluate(
    name =>
      new Promise<string>(resolve => {
        const channel = Reflect.get(window, 'createCable')().streamFromSigned(name);
        channel.on('connect', () => resolve('connected'));
        channel.on('close', (reason: unknown) => resolve(String(reason)));
      }),
    name,
  );
  assert.match(outcome, /SubscriptionRejectedError/);
});

test('AnyCable’s extended protocol cannot connect', async t => {
  const { page } = await openConversation(t);
  const logged: string[] = [];
  page.on('console', message => logged.push(message.text()));
  const state = await page.evaluate(async () => {
    const cable = Reflect.get(window, 'createCable')({ protocol: 'actioncable-v1-ext-json' });
    await cable.connect().catch(() => {});
    return cable.state;
  });
  assert.equal(state, 'disconnected');
  await eventually(() => logged.some(line => /'Sec-WebSocket-Protocol' header but no response/.test(line)));
});
