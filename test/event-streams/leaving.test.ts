import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { startTestApp } from '../support/app.ts';
import { openStream, WAYS } from './reading.ts';

/** As for Stop; most of it is leeway for a busy machine. */
const AT_ONCE_MS = 500;

/** A stream of which the first text has been read. */
async function openReplying(t: TestContext, way: (typeof WAYS)[number]) {
  const context = await startTestApp(t);
  const stream = await openStream(t, ...way.request(context.url, 'Hello?'));
  const call = await context.upstream.nextCall();
  call.text('Hel');
  assert.equal(await stream.next(), way.text('Hel', 'Hel'));
  return { ...context, stream, call };
}

for (const way of WAYS) {
  test(`${way.name}: whoever reads when the process ends is told so, and what came is kept`, async t => {
    const { stream, app, call } = await openReplying(t, way);
    const closed = app.close();
    const sentence = 'The server is being restarted. Ask again in a moment.';
    assert.deepEqual(await stream.rest(), [way.error(sentence, 503), way.end]);
    await closed;
    await call.closed;
  });

  test(`${way.name}: a reader that leaves in mid-reply ends it at the model`, async t => {
    const { stream, call } = await openReplying(t, way);
    const start = performance.now();
    stream.leave();
    assert.ok((await call.closed) - start < AT_ONCE_MS);
  });

  test(`${way.name}: a reader that leaves while the model is silent ends the request at the model`, async t => {
    const { url, upstream } = await startTestApp(t);
    const stream = await openStream(t, ...way.request(url, 'Hello?'));
    const call = await upstream.nextCall();
    const start = performance.now();
    stream.leave();
    assert.ok((await call.closed) - start < AT_ONCE_MS);
  });
}
