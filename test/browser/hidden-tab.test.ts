import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { pretend } from '../support/visibility.ts';
import { article, batch, list, source, whole } from './cable-client/messages.ts';
import { marker, type Peer } from './cable-client/peer.ts';
import { connected, EITHER_WAY, firstCatchUp, serve, testInTabs } from './cable-client/tab.ts';

const MANY = 5_000;
/** Times what it takes to read all that comes. It is 2 to 10, and hundreds where each is carried out. */
const MOST_WORK = 20;

/** Opens a page that is hidden from then on, and an hour passes. */
async function sleep(peer: Peer, page: Page): Promise<void> {
  await page.clock.install();
  await serve(peer, page, `${list(1, article('a', 1, 'one'))}${source('one')}`);
  await firstCatchUp(peer, page);
  await pretend(page, 'hidden');
  const attempts = peer.attempts;
  await page.clock.fastForward('01:00:00');
  if (peer.sockets.length > 0) await peer.until(() => peer.attempts > attempts);
}

/** What was sent has come to the page, for what it asks for later has. */
async function hasCome(page: Page): Promise<void> {
  await page.evaluate(async () => (await fetch(location.href)).text());
}

async function wake(page: Page): Promise<void> {
  await pretend(page, 'visible');
  await connected(page);
}

/** How long the page's thread works from now on, however busy the machine is with others. */
async function measureWork(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const workedMs = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1_000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN);
  };
  const before = await workedMs();
  return async () => (await workedMs()) - before;
}

/** How long its thread takes to read the frame as often as it comes, on the same machine at the same time. */
async function measureReading(page: Page, frame: string): Promise<number> {
  const work = await measureWork(page);
  await page.evaluate(
    ([count, html]) => {
      for (let n = 0; n < count; n++) document.createElement('template').innerHTML = html;
    },
    [MANY, frame] as const,
  );
  return await work();
}

testInTabs('a tab that was hidden for an hour', EITHER_WAY, behaviour => [
  behaviour('asks once when it is shown, and has carried nothing out before', async (_, peer, page) => {
    await sleep(peer, page);
    if (peer.sockets.length > 0) await connected(page);
    for (let version = 1; version < 50; version++) peer.send(batch('a', version, 'word', 'word'));
    peer.send('<turbo-stream action="catch_up"></turbo-stream>');
    peer.send(
      '<turbo-stream action="after" target="messages"><template><p id="end"></p></template></turbo-stream>',
    );
    peer.answer = () => whole('a', 50, 'fifty') + marker(1, 1);
    const questions = peer.questions.length;
    await hasCome(page);
    assert.equal(await page.getAttribute('#message_a', 'data-version'), '1');
    await wake(page);
    await page.waitForSelector('#message_a[data-version="50"]');
    peer.send(batch('a', 50, 'more', 'more'));
    await page.waitForSelector('#message_a[data-version="51"]');
    assert.equal(await page.textContent('#message_a_body'), 'fiftymoremore');
    assert.equal(await page.locator('#end').count(), 0);
    assert.equal(peer.questions.length, questions + 1);
  }),

  behaviour('is right soon, whatever comes in a burst when it is shown', async (_, peer, page) => {
    await sleep(peer, page);
    peer.answer = ({ seen }) => {
      if (seen.a === 1) for (let from = 1; from < MANY; from++) peer.send(batch('a', from, 'word', 'word'));
      return whole('a', MANY, 'all of it') + marker(1, 1);
    };
    const work = await measureWork(page);
    await wake(page);
    await page.waitForSelector(`#message_a[data-version="${MANY}"]`);
    const workMs = await work();
    const readMs = await measureReading(page, batch('a', 1, 'word', 'word'));
    assert.ok(workMs < MOST_WORK * readMs, `${workMs} ms, where to read it takes ${readMs} ms`);
    peer.send(batch('a', MANY, 'more', ''));
    await page.waitForSelector(`#message_a[data-version="${MANY + 1}"]`);
    assert.equal(await page.textContent('#message_a_body'), 'all of itmore');
  }),
]);

testInTabs('a tab that was hidden for a moment', ['WebSocket'], behaviour => [
  behaviour('has carried out what came meanwhile', async (_, peer, page) => {
    await serve(peer, page, `${list(1, article('a', 1, 'one'))}${source('one')}`);
    await firstCatchUp(peer, page);
    await pretend(page, 'hidden');
    peer.send(batch('a', 1, 'two', 'three'));
    await page.waitForSelector('#message_a[data-version="2"]');
    await pretend(page, 'visible');
    peer.send(batch('a', 2, 'four', ''));
    await page.waitForSelector('#message_a[data-version="3"]');
    assert.equal(peer.questions.length, 1);
  }),
]);
