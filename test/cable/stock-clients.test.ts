import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { isSaved } from '../support/rows.ts';
import { startFollowing, startFollowingThroughRedis } from './followed-conversation.ts';

const REFRESH = '<turbo-stream action="refresh"></turbo-stream>';
const CATCH_UP = '<turbo-stream action="catch_up"></turbo-stream>';

/** A stock client and our own element follow a conversation. */
async function startWithBoth(t: TestContext) {
  return await followByBoth(await startFollowing(t));
}

async function followByBoth<Context extends Awaited<ReturnType<typeof startFollowing>>>(context: Context) {
  const { client, visitor, path, signed, identifier: own } = context;
  const page = (await visitor.get(path)).body;
  const [, digest] = /data-digest="([^"]+)"/.exec(page.slice(page.indexOf(signed))) ?? [];
  const stock = JSON.stringify({ channel: 'Turbo::StreamsChannel', signed_stream_name: signed, digest });
  await client.subscribe(own);
  await client.subscribe(stock);
  const framesOf = (identifier: string) =>
    client.received.flatMap(({ identifier: of, message }) =>
      of === identifier && typeof message === 'string' ? message : [],
    );
  return { ...context, own, stock, framesOf };
}

test('a stock client that shows older rows is told to refresh, and no other', async t => {
  const { client, stock, framesOf, path, call, deps } = await startWithBoth(t);
  assert.deepEqual(framesOf(stock), []);
  call.text('More');
  await isSaved(deps.db, path, 'More');
  const late = stock.replace('{', '{ ');
  await client.subscribe(late);
  await eventually(() => framesOf(late).length > 0);
  assert.deepEqual(framesOf(late), [REFRESH]);
  assert.ok(!framesOf(stock).includes(REFRESH));
});

test('a stock client whose heading is older is told to refresh', async t => {
  const { client, stock, framesOf, visitor, path } = await startWithBoth(t);
  await visitor.post(`${path}/title`, { title: 'Another title' });
  const late = stock.replace('{', '{ ');
  await client.subscribe(late);
  await eventually(() => framesOf(late).length > 0);
  assert.deepEqual(framesOf(late), [REFRESH]);
});

test('a stock client is told to refresh after each finished message; our own element is not', async t => {
  const { own, stock, framesOf, call } = await startWithBoth(t);
  call.text('All ');
  await eventually(() => framesOf(stock).join('').includes('All'));
  call.text('of it, and what <turbo-stream data-final> and data-final="" mean');
  await eventually(() => framesOf(stock).join('').includes('of it'));
  call.finish();
  await eventually(
    () => framesOf(stock).at(-1)?.endsWith(REFRESH) && framesOf(own).at(-1)?.includes('complete'),
  );
  const refreshes = framesOf(stock).filter(frame => frame.includes(REFRESH));
  assert.deepEqual(refreshes, framesOf(stock).slice(-1), 'not before');
  assert.equal(refreshes[0], framesOf(own).at(-1) + REFRESH);
  assert.match(refreshes[0] ?? '', /^<turbo-stream action="replace".*data-status="complete"/s);
  assert.ok(!framesOf(own).join('').includes(REFRESH));
});

test('a stock client is told to refresh where our own element is told to catch up', async t => {
  const { own, stock, framesOf, visitor, path } = await startWithBoth(t);
  await visitor.post(`${path}/deletion`);
  await eventually(() => framesOf(own).includes(CATCH_UP) && framesOf(stock).includes(REFRESH));
  assert.ok(!framesOf(stock).includes(CATCH_UP));
  assert.ok(!framesOf(own).includes(REFRESH));
});

test('where broadcasts were lost a stock client is told to refresh, and our own element to catch up', async t => {
  const { own, stock, framesOf, redis } = await followByBoth(await startFollowingThroughRedis(t));
  await redis.command('CLIENT', 'KILL', 'TYPE', 'pubsub');
  await eventually(() => framesOf(own).length > 0 && framesOf(stock).length > 0);
  assert.deepEqual(framesOf(own), [CATCH_UP]);
  assert.deepEqual(framesOf(stock), [REFRESH]);
});
