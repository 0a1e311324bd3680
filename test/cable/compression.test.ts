import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { startTestApp } from '../support/app.ts';
import { CableClient, identifierOf } from '../support/cable-client.ts';
import { startConversation } from '../support/conversation.ts';
import { eventually } from '../support/eventually.ts';
import type { UpstreamCall } from '../support/scripted-upstream.ts';

/** As many as are many. */
const MANY = 50;

/** A conversation whose reply waits for the model, and so many who read it. */
async function startReading(t: TestContext, count: number) {
  const { url, visitor, path, upstream } = await startConversation(t);
  const [, signed = ''] = /signed-stream-name="([^"]+)"/.exec((await visitor.get(path)).body) ?? [];
  const identifier = identifierOf(signed);
  const readers = await Promise.all(
    Array.from({ length: count }, async () => {
      const reader = await CableClient.connect(t, url, { cookie: visitor.cookie });
      await reader.subscribe(identifier);
      return reader;
    }),
  );
  return { readers, identifier, call: await upstream.nextCall() };
}

/** What a frame weighs on the wire, over what it weighs as text. */
async function weightOfFrame(reader: CableClient | undefined, call: UpstreamCall): Promise<number> {
  assert.ok(reader?.connection);
  const { bytesRead } = reader.connection;
  const before = { frames: reader.frames.length, received: reader.received.length };
  call.text('Some words ');
  await eventually(() => reader.frames.length > before.frames);
  if (reader.received.slice(before.received).some(({ type }) => type === 'ping'))
    return await weightOfFrame(reader, call); // it was weighed as well
  return (reader.connection.bytesRead - bytesRead) / reader.frames.slice(before.frames).join('').length;
}

/** Of a frame that resembles those before it. */
async function weightOfLaterFrame(reader: CableClient | undefined, call: UpstreamCall): Promise<number> {
  for (let n = 0; n < 3; n++) await weightOfFrame(reader, call);
  return await weightOfFrame(reader, call);
}

test('frames are compressed with those before them where few read them', async t => {
  const { readers, call } = await startReading(t, MANY - 1);
  const weight = await weightOfLaterFrame(readers[0], call);
  assert.ok(weight < 0.3, `${weight}`);
});

test('frames that many read are sent as they are, the same bytes to all', async t => {
  const { readers, call } = await startReading(t, MANY);
  const weight = await weightOfLaterFrame(readers[0], call);
  assert.ok(weight > 1, `${weight}`);
});

const WAYS_TO_LEAVE: Readonly<Record<string, (reader: CableClient, identifier: string) => void>> = {
  unsubscribed: (reader, identifier) => reader.send({ command: 'unsubscribe', identifier }),
  gone: reader => reader.socket.terminate(),
};

for (const [name, leave] of Object.entries(WAYS_TO_LEAVE)) {
  test(`a reader that has ${name} does not count`, async t => {
    const { readers, call, identifier } = await startReading(t, MANY);
    const [reader, other] = readers;
    assert.ok(other);
    leave(other, identifier);
    // Nobody says when the server has noticed.
    await eventually(async () => (await weightOfFrame(reader, call)) < 1);
  });
}

const OFFERS: Readonly<Record<string, string | undefined>> = {
  'permessage-deflate': 'permessage-deflate',
  'permessage-deflate; client_max_window_bits': 'permessage-deflate',
  'permessage-deflate; server_max_window_bits=10': undefined,
  'permessage-deflate; server_max_window_bits=12; client_max_window_bits=12': undefined,
  'permessage-deflate; server_max_window_bits=10, permessage-deflate': 'permessage-deflate',
  'permessage-deflate; unheard_of, permessage-deflate': 'permessage-deflate',
  'permessage-deflate; unheard_of': undefined,
  'x-webkit-deflate-frame': undefined,
};

for (const [offer, accepted] of Object.entries(OFFERS)) {
  test(`a client that offers "${offer}" gets a connection ${accepted ? 'with' : 'without'} compression`, async t => {
    const { url } = await startTestApp(t);
    const request = get(`${url}/cable`, {
      headers: {
        connection: 'upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': randomBytes(16).toString('base64'),
        'sec-websocket-protocol': 'actioncable-v1-json',
        'sec-websocket-extensions': offer,
      },
    });
    const [{ headers }, socket]: [IncomingMessage, Socket] = await Promise.race([
      once(request, 'upgrade') as Promise<[IncomingMessage, Socket]>,
      once(request, 'response').then(([{ statusCode }]) => assert.fail(`answered with ${statusCode}`)),
    ]);
    socket.destroy();
    assert.equal(headers['sec-websocket-extensions']?.split(';')[0], accepted);
  });
}
