import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import test, { type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import Fastify from 'fastify';
import { ACCUMULATED_END } from '../../src/event-streams/events.ts';
import { sessions } from '../../src/http/sessions.ts';
import { eventStreamRoutes } from '../../src/routes/event-streams.ts';
import { startTestApp } from '../support/app.ts';
import { eventually } from '../support/eventually.ts';
import type { UpstreamCall } from '../support/scripted-upstream.ts';

interface Way {
  readonly path: string;
  /** So many pieces are more than the systems on both sides of a connection keep, in this way's events. */
  readonly pieces: number;
}

const WAYS: Readonly<Record<string, Way>> = {
  'the live stream': { path: '/v1/completions/live_stream?prompt=Hi', pieces: 300 },
  'the chat': {
    path: `/chat?${new URLSearchParams({ messages: '[{"role":"user","content":"Hi"}]' })}`,
    pieces: 20_000,
  },
};

const PIECE = 'y'.repeat(1000);
/** Where only much is wanted, larger ones take less time. */
const LARGE_PIECE = 'y'.repeat(10_000);
/** More than the systems on both sides of a connection keep for a reader that takes nothing. */
const FAR_TOO_MUCH_BYTES = 64 * 1024 * 1024;
/** So much waits at the upstream when nobody takes it any more. */
const STALLED_BYTES = 1024 * 1024;
/** In so many turns of a millisecond or more somebody would have taken something. */
const STALLED_TURNS = 200;
const STALLED_MS = 300;

/** Opens a stream and takes nothing of it. It is cut when the test ends. */
async function openWithoutReading(t: TestContext, url: string): Promise<IncomingMessage> {
  const request = get(url, { agent: false });
  request.on('error', () => {});
  t.after(() => request.destroy());
  const [response]: IncomingMessage[] = await once(request, 'response');
  assert.ok(response);
  return response;
}

/** Writes until nobody takes it any more. */
async function writeUntilStalled(call: UpstreamCall): Promise<void> {
  for (let bytes = 0; bytes < FAR_TOO_MUCH_BYTES; bytes += LARGE_PIECE.length) {
    if (call.waitingBytes > STALLED_BYTES && !(await isTaken(call))) return;
    call.text(LARGE_PIECE);
  }
  assert.fail('Everything was taken.');
}

async function isTaken(call: UpstreamCall): Promise<boolean> {
  for (let turn = 0; call.waitingBytes > STALLED_BYTES && turn < STALLED_TURNS; turn++) await delay(1);
  return call.waitingBytes <= STALLED_BYTES;
}

/** Waits until nothing of what waits in it goes out any more. */
async function isStuck(socket: Socket): Promise<void> {
  let waiting = 0;
  await eventually(async () => {
    const before = waiting;
    await delay(STALLED_MS);
    waiting = socket.writableLength;
    return waiting > 0 && waiting === before;
  }, 30);
}

function eventsIn(stream: string): EventSourceMessage[] {
  const events: EventSourceMessage[] = [];
  createParser({ onEvent: event => events.push(event) }).feed(stream);
  return events;
}

/** How much each event added to the text. */
function additionsIn(events: readonly EventSourceMessage[]): number[] {
  let known = 0;
  return events.map(({ event, data }) => {
    if (event === 'text') return JSON.parse(data).text.length;
    const { length } = JSON.parse(data).content;
    const added = length - known;
    known = length;
    return added;
  });
}

for (const [name, { path, pieces }] of Object.entries(WAYS)) {
  test(`${name}: what comes while a reader takes nothing is told in one event, and nothing is lost`, async t => {
    const { app, url, upstream } = await startTestApp(t);
    const connected: Promise<Socket[]> = once(app.server, 'connection');
    const response = await openWithoutReading(t, `${url}${path}`);
    const [connection] = await connected;
    const call = await upstream.nextCall();
    for (let count = 0; count < pieces; count += 1) call.text(PIECE);
    call.finish();
    assert.ok(connection);
    await isStuck(connection);

    const events = eventsIn(await text(response));
    const end = events.pop();
    assert.ok(end?.data === ACCUMULATED_END || end?.event === 'done');
    const additions = additionsIn(events);
    assert.equal(
      additions.reduce((sum, added) => sum + added, 0),
      pieces * PIECE.length,
    );
    assert.equal(additions[0], PIECE.length);
    assert.ok(additions.some(added => added >= 10 * PIECE.length));
    assert.deepEqual(
      events.map(({ id }) => Number(id)),
      events.map((_, index) => index + 1),
    );
  });

  test(`${name}: the model waits for a reader that takes nothing, and is left when that leaves`, async t => {
    const { url, upstream } = await startTestApp(t);
    const response = await openWithoutReading(t, `${url}${path}`);
    const call = await upstream.nextCall();
    await writeUntilStalled(call);
    response.destroy();
    await call.closed;
  });

  test(`${name}: a reader that takes nothing does not hold up the end of the process`, async t => {
    const { app, url, upstream } = await startTestApp(t);
    await openWithoutReading(t, `${url}${path}`);
    const call = await upstream.nextCall();
    await writeUntilStalled(call);
    await app.close();
    await call.closed;
  });

  test(`${name}: a reader that takes nothing for long is given up, and the model freed`, async t => {
    const { deps, upstream } = await startTestApp(t);
    const app = Fastify().decorate('limitAsking', async () => {});
    t.after(() => app.close());
    await sessions(app, deps);
    await eventStreamRoutes(app, deps, { patienceMs: 1000 });
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const response = await openWithoutReading(t, `${url}${path}`);
    const call = await upstream.nextCall();
    await Promise.race([writeUntilStalled(call), call.closed]); // its second may be over before
    await call.closed;
    response.on('error', () => {}).resume();
    await eventually(() => response.destroyed);
    assert.ok(!response.complete);
  });
}
