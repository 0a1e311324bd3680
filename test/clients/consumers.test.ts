import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { install } from '../support/installation.ts';
import { isSaved } from '../support/rows.ts';
import { startServer } from '../support/server-process.ts';
import { Visitor } from '../support/visitor.ts';
import { type FollowedStream, follow, streamIn } from './followed-stream.ts';
import { converse, openStockPage, type StockPage } from './stock-page.ts';

/** Whose `createConsumer` is tried, and where each says whether it will try to connect again. */
const LIBRARIES = {
  '@rails/actioncable': 'Boolean(consumer.connection.monitor.isRunning())',
  '@anycable/web': "consumer.cable.state !== 'closed'",
};

/** Action Cable's client looks every 6 to 12 s whether it is connected, and waits once more soon after a loss. */
const RECONNECTION_SECONDS = 60;
const MARKER = /<turbo-stream action="caught_up"[^<>]*><\/turbo-stream>$/;

/** A library that is tried. */
interface Trial {
  readonly t: TestContext;
  /** Opens a page that has the library's consumer as `window.consumer`. */
  open(): Promise<StockPage>;
  /** An expression that says whether the consumer will try to connect again. */
  readonly triesAgain: string;
}

/** A page with the consumer at a conversation, whose model says what the test says. */
async function openConversation({ t, open }: Trial) {
  const program = await startTestApp(t);
  const { page, wire } = await open();
  const conversation = await converse(page, program.url);
  const call = await program.upstream.nextCall();
  await page.goto(conversation);
  return { ...program, page, wire, call, stream: streamIn(await page.content()) };
}

/** From which version to which each step in this HTML leads. */
function steps(html: string): { readonly from: number; readonly version: number }[] {
  return [...html.matchAll(/data-from="([\d.]+)" data-version="([\d.]+)"/g)].map(([, from, version]) => ({
    from: Number(from),
    version: Number(version),
  }));
}

const BEHAVIOURS: Readonly<Record<string, (trial: Trial) => Promise<void>>> = {
  async 'is connected, and receives the frames of a reply in their order'(trial) {
    const { page, stream, call } = await openConversation(trial);
    const followed = await follow(page, stream);
    assert.deepEqual(await followed.hears('connected'), { reconnected: false });
    for (const word of ['one', ' two', ' three', ' four']) {
      call.text(word);
      await followed.reads(word);
    }
    call.finish();
    const html = await followed.reads('data-status="complete"');
    const live = steps(html.join(''));
    assert.ok(live.length >= 4, `${live.length} steps`);
    for (const [place, { from }] of live.slice(1).entries()) assert.equal(from, live[place]?.version);
  },

  async 'is rejected where the stream is somebody else’s'(trial) {
    const { page, url } = await openConversation(trial);
    const stranger = new Visitor(url);
    const { body } = await stranger.get(await stranger.startConversation('One'));
    const followed = await follow(page, streamIn(body));
    await followed.hears('rejected');
    assert.deepEqual(await followed.told(), [['rejected', undefined]]);
  },

  async 'performs a catch-up, and ignores what is no action of the channel'(trial) {
    const { page, wire, stream, call, deps } = await openConversation(trial);
    call.text('written before');
    await isSaved(deps.db, page.url(), 'written before');
    const followed = await follow(page, stream);
    await followed.hears('connected');
    await followed.perform('speak', { aloud: true });
    await followed.perform('speak');
    await followed.perform('catch_up', { list: 0, seen: {} });
    assert.match((await followed.reads(MARKER)).join(''), /written before/);
    assert.equal(wire.sent.filter(({ command }) => command === 'message').length, 3);
    assert.equal((await followed.told()).length, 2);
  },

  async 'gets no frame after it unsubscribed, while another of its subscriptions does'(trial) {
    const { page, wire, stream, call } = await openConversation(trial);
    const first = await follow(page, { ...stream, label: 'first' });
    const second = await follow(page, { ...stream, label: 'second' });
    await Promise.all([first.hears('connected'), second.hears('connected')]);
    call.text('for both');
    await Promise.all([first.reads('for both'), second.reads('for both')]);
    await first.unsubscribe();
    await eventually(() => wire.sent.some(({ command }) => command === 'unsubscribe'));
    // Commands are carried out in order: once this one is answered, so is what was sent before.
    await second.perform('catch_up', { list: 0, seen: {} });
    await second.reads(MARKER);
    call.text('for one');
    await second.reads('for one');
    const received = wire.received.filter(({ message }) => /for one/.test(String(message)));
    assert.equal(received.length, 1);
    assert.match(received[0]?.identifier ?? '', /second/);
  },

  async 'does not try again where the person is not known'(trial) {
    const { page, wire, stream } = await openConversation(trial);
    await page.context().clearCookies();
    const followed = await follow(page, stream);
    await followed.hears('disconnected');
    assert.deepEqual(wire.received, [{ type: 'disconnect', reason: 'unauthorized', reconnect: false }]);
    assert.equal(await page.evaluate(trial.triesAgain), false);
  },
};

/** Opens a page that has the library's consumer as `window.consumer`. */
async function openConsumer(t: TestContext, library: string): Promise<StockPage> {
  const script = `
    import { createConsumer } from '${library}';
    window.consumer = createConsumer();
  `;
  // What AnyCable's logger says of a subscription that is rejected.
  return await openStockPage(t, await sharedChromium(), script, /failed to subscribe/);
}

for (const [library, triesAgain] of Object.entries(LIBRARIES)) {
  test(`the consumer of ${library}`, { concurrency: 3 }, async t => {
    await Promise.all(
      Object.entries(BEHAVIOURS).map(([behaviour, check]) =>
        t.test(behaviour, async t => await check({ t, open: () => openConsumer(t, library), triesAgain })),
      ),
    );
  });
}

async function isConnectedAgain(followed: FollowedStream): Promise<void> {
  await eventually(async () => (await followed.told()).length === 3, RECONNECTION_SECONDS);
  assert.deepEqual((await followed.told()).at(2), ['connected', { reconnected: true }]);
  await followed.perform('catch_up', { list: 0, seen: {} });
  await followed.reads('An answer');
}

test('consumers whose server was replaced', async t => {
  const { environment, upstream } = await install(t, { PORT: String(await freePort()) });
  upstream.answerAll(call => call.whole('An answer'));
  const server = await startServer(t, environment);
  const streams = new Map<string, FollowedStream>();
  for (const library of Object.keys(LIBRARIES)) {
    const { page } = await openConsumer(t, library);
    await page.goto(await converse(page, server.url));
    streams.set(library, await follow(page, streamIn(await page.content())));
  }
  for (const followed of streams.values()) await followed.hears('connected');
  server.kill('SIGTERM');
  for (const followed of streams.values()) await followed.hears('disconnected');
  await server.exited;
  await startServer(t, environment);
  for (const [library, followed] of streams)
    await t.test(`that of ${library} is connected again by itself`, () => isConnectedAgain(followed));
});
