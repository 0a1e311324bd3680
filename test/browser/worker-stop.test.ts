import assert from 'node:assert/strict';
import test from 'node:test';
import { ask, isLive, showsStatus } from '../support/page.ts';
import { openFirst, startAll } from './all-processes.ts';

const STOP_MS = 100;

test('Stop on the page ends the request of the worker, and the page shows it', async t => {
  const all = await startAll(t);
  const page = await openFirst(t, all);
  await ask(page, 'One');
  const call = await all.upstream.nextCall();
  await isLive(page);
  const pressed = Promise.withResolvers<number>();
  page.on('request', request => /cancellation/.test(request.url()) && pressed.resolve(performance.now()));
  await page.getByRole('button', { name: 'Stop' }).click();
  assert.ok((await call.closed) - (await pressed.promise) < STOP_MS);
  await showsStatus(page, 'stopped');
});
