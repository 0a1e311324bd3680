import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { get, IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { suite, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createParser } from 'eventsource-parser';
import WebSocket from 'ws';
import { whenStuck } from '../../src/cable/slow-readers.ts';
import { CableClient } from '../support/cable-client.ts';
import { eventually } from '../support/eventually.ts';
import { startFollowing } from './followed-conversation.ts';

const CATCH_UP = '<turbo-stream action="catch_up"></turbo-stream>';
const FRAME_BYTES = 128 * 1024;
/** As the program has it. */
const MOST_WAITING_BYTES = 256 * 1024;
const PATIENCE_MS = 30_000;
/** Looks come every 5 s, and the system may take a little more at first. */
const LONGEST_SECONDS = 39;
const SLOW = { timeout: 60_000 };
const LARGEST_COMMAND_BYTES = 1024 * 1024;
/** Much of it, and anew in each frame, since nothing is found again after so much else; base64, which hardly gets shorter. */
const FILLING = randomBytes((FRAME_BYTES / 4) * 3).toString('base64');
/** More than the systems on both sides of a connection keep for a reader that takes nothing. */
const FAR_TOO_MANY = 400;

/** A reader of the frames, and what it has read. */
interface Reader {
  /** Takes nothing any more, for now. */
  pause(): void;
  resume(): void;
  readonly frames: readonly string[];
  /** The connection at the server. */
  readonly served: Socket;
}

interface Followed extends Awaited<ReturnType<typeof startFollowing>> {
  /** Sends a frame that nothing makes shorter. @returns what is in it */
  readonly publish: () => Promise<string>;
}

/** A conversation that `client` follows, which takes all; it compresses where others do, to be no sooner than they are. */
async function start(t: TestContext, compresses = false): Promise<Followed> {
  const context = await startFollowing(t, {}, compresses);
  await context.client.subscribe(context.identifier);
  let count = 0;
  const publish = async () => {
    const mark = `frame ${count++} `;
    await context.deps.broadcaster.publish(context.stream, mark + FILLING);
    return mark;
  };
  return { ...context, publish };
}

/** As long as it does, the broadcaster takes no subscription, and no command after one is carried out. */
function holdUpSubscriptions({ deps: { broadcaster } }: Followed): () => void {
  const { subscribe } = broadcaster;
  const held = Promise.withResolvers<void>();
  broadcaster.subscribe = async (...wish) => {
    await held.promise;
    return await subscribe(...wish);
  };
  return held.resolve;
}

/** Another client, and its connection at the server. */
async function openClient(t: TestContext, followed: Followed, compresses = false) {
  const { app, url, visitor, identifier } = followed;
  const connected: Promise<Socket[]> = once(app.server, 'connection');
  const client = await CableClient.connect(t, url, { cookie: visitor.cookie }, '', compresses);
  const [served] = await connected;
  assert.ok(served);
  await client.subscribe(identifier);
  return { client, served };
}

type OpenReader = (t: TestContext, followed: Followed) => Promise<Reader>;

const READERS: Readonly<Record<string, OpenReader>> = {
  'on a WebSocket': (t, followed) => openSocketReader(t, followed),

  'on an event stream': async (t, { app, url, visitor, signed }) => {
    const connected = once(app.server, 'connection');
    const request = get(`${url}/cable/events?stream=${encodeURIComponent(signed)}`, {
      agent: false,
      headers: { cookie: visitor.cookie },
    });
    t.after(() => request.destroy());
    const [response]: [IncomingMessage] = (await once(request, 'response')) as [IncomingMessage];
    const [served] = await connected;
    const frames: string[] = [];
    const parser = createParser({ onEvent: ({ event, data }) => event || frames.push(data) });
    response.setEncoding('utf8').on('error', () => {});
    response.on('data', text => parser.feed(text));
    return {
      pause: () => response.pause(),
      resume: () => response.resume(),
      frames,
      served,
    };
  },
};

/** To compress takes far longer than all else that is done with these frames, so only some tests do. */
const COMPRESSING = 'on a WebSocket that compresses';
const ALL_READERS: Readonly<Record<string, OpenReader>> = {
  ...READERS,
  [COMPRESSING]: (t, followed) => openSocketReader(t, followed, true),
};

async function openSocketReader(t: TestContext, followed: Followed, compresses = false): Promise<Reader> {
  const { client, served } = await openClient(t, followed, compresses);
  return {
    pause: () => client.socket.pause(),
    resume: () => client.socket.resume(),
    get frames() {
      return client.frames;
    },
    served,
  };
}

/**
 * Publishes until nothing more is sent to the reader. The other one gets each frame before the next is published.
 * @returns a time after which something was still taken
 */
async function publishUntilStuck(
  { publish, client }: Followed,
  { served }: Pick<Reader, 'served'>,
): Promise<number> {
  let unsent = 0;
  let lastTaken = performance.now();
  for (let count = 0; count < FAR_TOO_MANY; count += 1) {
    const before = served.writableLength;
    const begun = performance.now();
    await toEach(client, await publish());
    unsent = before > 0 && served.writableLength === before ? unsent + 1 : 0;
    if (unsent === 0 && served.writableLength < before + FRAME_BYTES) lastTaken = begun;
    if (unsent === 3) return lastTaken;
  }
  assert.fail('Everything was sent.');
}

async function toEach(client: CableClient, mark: string): Promise<void> {
  await eventually(() => client.frames.at(-1)?.startsWith(mark));
}

for (const [name, open] of Object.entries(ALL_READERS)) {
  test(`past 256 kB nothing more waits for a slow reader ${name}, and others get each frame at once`, async t => {
    const followed = await start(t, name === COMPRESSING);
    const reader = await open(t, followed);
    reader.pause();
    await publishUntilStuck(followed, reader);
    const waiting = reader.served.writableLength;
    assert.ok(waiting <= MOST_WAITING_BYTES + 2 * FRAME_BYTES, `${waiting}`);
    const delays: number[] = [];
    for (let count = 0; count < 51; count += 1) {
      const begun = performance.now();
      await toEach(followed.client, await followed.publish());
      delays.push(performance.now() - begun);
    }
    const median = delays.toSorted((a, b) => a - b)[25] ?? Infinity;
    assert.ok(median < 200, `${median} ms`);
    assert.ok(reader.served.writableLength <= waiting);
  });

  test(`a slow reader ${name} that takes all again is told to catch up, and gets live frames again`, async t => {
    const followed = await start(t, name === COMPRESSING);
    const reader = await open(t, followed);
    reader.pause();
    await publishUntilStuck(followed, reader);
    const left = [await followed.publish(), await followed.publish()];
    reader.resume();
    await eventually(() => reader.frames.at(-1) === CATCH_UP);
    assert.notEqual(reader.frames.at(-2), CATCH_UP);
    assert.ok(!reader.frames.some(frame => left.some(mark => frame.startsWith(mark))));
    // The system may have taken all once more while the reader was being filled: then it was told of that gap as well.
    let last = -1;
    for (const [i, frame] of reader.frames.entries()) {
      if (frame === CATCH_UP) continue;
      const number = Number(/^frame (\d+) /.exec(frame)?.[1]);
      assert.ok(number === last + 1 || (number > last && reader.frames[i - 1] === CATCH_UP), `${number}`);
      last = number;
    }

    const next = await followed.publish();
    await eventually(() => reader.frames.at(-1)?.startsWith(next));
  });
}

for (const [name, open] of Object.entries(READERS)) {
  test(`a slow reader ${name} does not hold up the end of the process`, async t => {
    const followed = await start(t);
    const reader = await open(t, followed);
    reader.pause();
    await publishUntilStuck(followed, reader);
    const begun = performance.now();
    await followed.app.close();
    assert.ok(performance.now() - begun < 3000);
  });
}

test('a slow reader that has caught up is right', async t => {
  const followed = await start(t);
  const { identifier, call, replyThatIs } = followed;
  const { client, served } = await openClient(t, followed);
  client.socket.pause();
  await publishUntilStuck(followed, { served });
  call.text('What it has missed');
  call.finish();
  await replyThatIs('complete');
  client.socket.resume();
  await eventually(() => client.frames.at(-1) === CATCH_UP);
  assert.ok(!client.frames.join('').includes('What it has missed'));
  client.catchUp(identifier, 0);
  await eventually(() => client.frames.at(-1)?.includes('caught_up'));
  assert.match(client.frames.at(-1) ?? '', /data-status="complete".*What it has missed/s);
});

test('who asks and takes no answers is not answered until it does', async t => {
  const followed = await start(t);
  const { client, served } = await openClient(t, followed);
  client.socket.pause();
  await publishUntilStuck(followed, { served });
  const waiting = served.writableLength;
  const answered = 50;
  for (let count = 0; count < answered; count += 1) client.catchUp(followed.identifier, 0);
  const pings = 5_000;
  for (let count = 0; count < pings; count += 1) client.socket.ping('Are you there?'.repeat(8));
  await delay(500);
  assert.ok(served.writableLength <= waiting, `${served.writableLength}`);

  let pongs = 0;
  client.socket.on('pong', () => pongs++);
  client.socket.resume();
  await eventually(() => client.frames.filter(frame => frame.includes('caught_up')).length === answered);
  await eventually(() => pongs === pings);
});

test('who pings and takes no answers is not listened to before too many wait', async t => {
  const followed = await start(t);
  const { client, served } = await openClient(t, followed);
  client.socket.pause();
  while (served.writableLength === 0) await toEach(followed.client, await followed.publish());
  const pings = 20_000;
  for (let count = 0; count < pings; count += 1) client.socket.ping('?'.repeat(125));
  await delay(1_000);
  assert.ok(served.writableLength < MOST_WAITING_BYTES + FRAME_BYTES, `${served.writableLength}`);

  let pongs = 0;
  client.socket.on('pong', () => pongs++);
  client.socket.resume();
  await eventually(() => pongs === pings);
});

test('whoever asks faster than can be answered is not listened to meanwhile, and loses nothing', async t => {
  const followed = await start(t);
  const { identifier } = followed;
  const { client, served } = await openClient(t, followed);
  const letGo = holdUpSubscriptions(followed);
  client.send({ command: 'subscribe', identifier: identifier.replace('{', '{ ') });
  const asked = 20;
  const data = JSON.stringify({ action: 'catch_up', list: 0, seen: { ['x'.repeat(500_000)]: 1 } });
  const command = JSON.stringify({ command: 'message', identifier, data });
  for (let count = 0; count < asked; count += 1) client.socket.send(command, { compress: false });
  await delay(1_000);
  assert.ok(served.bytesRead < 3 * LARGEST_COMMAND_BYTES, `${served.bytesRead}`);
  letGo();
  await eventually(() => client.frames.filter(frame => frame.includes('caught_up')).length === asked);
});

test('whoever asks by what takes little to send and much to keep is sent away', async t => {
  const followed = await start(t);
  const { client } = await openClient(t, followed, true);
  const letGo = holdUpSubscriptions(followed);
  client.send({ command: 'subscribe', identifier: followed.identifier.replace('{', '{ ') });
  for (let count = 0; count < 15; count += 1)
    client.catchUp(followed.identifier, 0, { ['x'.repeat(0.9 * LARGEST_COMMAND_BYTES)]: 1 });
  await client.next(({ type, reason }) => type === 'disconnect' && reason === 'invalid_request');
  letGo();
});

test('looks that see nothing taken are added up, also where nothing waited before', t => {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  let now = 0;
  t.mock.method(performance, 'now', () => now);
  let isGivenUp = false;
  whenStuck(response, () => {
    isGivenUp = true;
  });
  const look = () => {
    now += 5_000;
    response.emit('timeout');
  };
  look();
  response.write('Something that nobody takes');
  for (let looks = 1; looks < 6; looks += 1) look();
  assert.ok(!isGivenUp);
  look();
  assert.ok(isGivenUp);
});

suite('whoever takes nothing for 30 s', { concurrency: true }, () => {
  /** Publishes so that something always waits for those who take nothing. */
  function keepPublishing(t: TestContext, { publish }: Followed): void {
    const timer = setInterval(publish, 100);
    t.after(() => clearInterval(timer));
  }

  for (const [name, open] of Object.entries(READERS)) {
    test(`${name} is cut, and not before; who takes little is not`, SLOW, async t => {
      const followed = await start(t);
      const [stuck, slow] = [await open(t, followed), await open(t, followed)];
      for (const reader of [stuck, slow]) reader.pause();
      const sips = setInterval(() => {
        slow.resume();
        setTimeout(() => slow.pause(), 5);
      }, 4_000);
      t.after(() => clearInterval(sips));
      const lastTaken = await publishUntilStuck(followed, stuck);
      keepPublishing(t, followed);
      await eventually(() => stuck.served.destroyed, LONGEST_SECONDS);
      const took = performance.now() - lastTaken;
      assert.ok(took > PATIENCE_MS, `${took}`);
      assert.ok(!slow.served.destroyed);
      assert.equal(followed.client.socket.readyState, WebSocket.OPEN);
    });
  }

  test('on a WebSocket hears that it was too slow, where it takes that', SLOW, async t => {
    const followed = await start(t);
    const { clients } = followed.app.websocketServer;
    const { client, served } = await openClient(t, followed);
    client.socket.pause();
    await publishUntilStuck(followed, { served });
    const isClosing = Promise.withResolvers<void>();
    for (const each of clients) {
      const close = each.close.bind(each);
      each.close = (...why) => {
        close(...why);
        client.socket.resume();
        isClosing.resolve();
      };
      each.terminate = () => {}; // it is to take megabytes before that, on a busy machine for more than a second
    }
    await isClosing.promise;
    const goodbye = await client.next(({ type }) => type === 'disconnect');
    assert.deepEqual(goodbye, { type: 'disconnect', reason: 'too_slow', reconnect: true });
    await eventually(() => client.socket.readyState === WebSocket.CLOSED);
    await eventually(() => clients.size === 1);
  });
});
