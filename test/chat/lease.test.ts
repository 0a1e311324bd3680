import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { pino } from 'pino';
import { Lease } from '../../src/chat/lease.ts';
import { LEASE_RENEWAL_MS } from '../../src/models/reply.ts';
import { closeAfter } from '../support/close-after.ts';
import { openFresh } from '../support/databases.ts';
import { eventually } from '../support/eventually.ts';

/** Well before the next renewal would tell. */
const AT_ONCE_SECONDS = LEASE_RENEWAL_MS / 1000 / 2;

/** A lease on a reply that somebody else has closed, or deleted. */
async function lostLease(t: TestContext): Promise<Lease> {
  const db = await openFresh(t);
  const lease = new Lease({ db, log: pino({ level: 'silent' }) }, { messageId: 'gone', runId: 'run' });
  closeAfter(t, () => lease.end());
  return lease;
}

test('a signal makes a writer look at once whether the reply still is its own', async t => {
  const lease = await lostLease(t);
  lease.hold();
  assert.equal(lease.lost.aborted, false);
  lease.receive();
  await eventually(() => lease.lost.aborted, AT_ONCE_SECONDS);
});

test('a writer looks as well when it may have missed a signal', async t => {
  const lease = await lostLease(t);
  lease.hold();
  lease.missed();
  await eventually(() => lease.lost.aborted, AT_ONCE_SECONDS);
});

test('a signal that comes while the reply is being claimed is not lost', async t => {
  const lease = await lostLease(t);
  lease.receive();
  lease.hold();
  await eventually(() => lease.lost.aborted, AT_ONCE_SECONDS);
});
