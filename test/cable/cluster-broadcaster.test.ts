import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openRedisCluster } from '../../src/redis/redis-cluster.ts';
import { closeAfter } from '../support/close-after.ts';
import { eventually } from '../support/eventually.ts';
import type { TestRedis } from '../support/redis.ts';
import { startRedisCluster } from '../support/redis-cluster.ts';
import { listen, listens, openBroadcaster } from './listening.ts';

const cluster = await startRedisCluster({ after });

/** How many listen to a channel, as this node sees it. */
async function listenersAt(node: TestRedis, channel: string): Promise<number> {
  const answer = await node.command('PUBSUB', 'SHARDNUMSUB', channel);
  return Number(String(answer).split(',')[1]);
}

/** How many broadcasts a node has passed on to the others. */
async function passedOn(node: TestRedis): Promise<number> {
  const info = String(await node.command('CLUSTER', 'INFO'));
  const counts = info.matchAll(/^cluster_stats_messages_publish(?:shard)?_sent:(\d+)/gm);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}

/** Names of channels, of which every node has one. */
async function channelOfEach(): Promise<readonly (readonly [TestRedis, string])[]> {
  const channels = new Map<TestRedis, string>();
  for (let i = 0; channels.size < cluster.nodes.length; i++) {
    channels.set(await cluster.nodeOf(`conversation:${i}`), `conversation:${i}`);
  }
  return [...channels];
}

test('a broadcast stays on the node that has its channel, and reaches other processes there', async t => {
  const publisher = await openBroadcaster(t, openRedisCluster, cluster.url);
  const reader = await openBroadcaster(t, openRedisCluster, cluster.url);
  const before = await Promise.all(cluster.nodes.map(passedOn));
  for (const [home, channel] of await channelOfEach()) {
    const { heard } = await listen(reader, channel);
    await publisher.publish(channel, 'hello');
    await eventually(() => heard.length > 0);
    assert.deepEqual(heard, ['hello']);
    for (const node of cluster.nodes) {
      assert.equal(await listenersAt(node, channel), node === home ? 1 : 0);
    }
  }
  assert.deepEqual(await Promise.all(cluster.nodes.map(passedOn)), before);

  const [node] = cluster.nodes;
  await node?.command('PUBLISH', 'everywhere', 'hello'); // what the broadcasts would have been otherwise
  await eventually(async () =>
    (await Promise.all(cluster.nodes.map(passedOn))).some((sent, i) => sent > (before[i] ?? 0)),
  );
});

test('a channel without listeners is one that its node does not send', async t => {
  const broadcaster = await openBroadcaster(t, openRedisCluster, cluster.url);
  const home = await cluster.nodeOf('left');
  const { unsubscribe } = await listen(broadcaster, 'left');
  assert.equal(await listenersAt(home, 'left'), 1);
  await unsubscribe();
  await eventually(async () => (await listenersAt(home, 'left')) === 0);
});

test('listeners of a channel that moves to another node hear of the gap, and then what is published', async t => {
  const publisher = await openBroadcaster(t, openRedisCluster, cluster.url);
  const reader = await openBroadcaster(t, openRedisCluster, cluster.url);
  const moving = await listen(reader, 'moving');
  const staying = await listen(reader, 'staying');
  for (const turn of ['there', 'and back']) {
    await cluster.move('moving');
    await eventually(() => moving.heard.includes('(missed)'));
    assert.equal(await listenersAt(await cluster.nodeOf('moving'), 'moving'), 1);
    await eventually(async () => {
      await publisher.publish('moving', turn);
      return moving.heard.includes(turn);
    });
    moving.heard.length = 0;
  }
  assert.deepEqual(staying.heard, []);
});

test('a channel that has moved away and back before anybody looked is listened to again', async t => {
  const broadcaster = await openBroadcaster(t, openRedisCluster, cluster.url);
  const { heard } = await listen(broadcaster, 'restless');
  await cluster.move('restless');
  await cluster.move('restless');
  await eventually(() => heard.includes('(missed)'));
  await listens(broadcaster, 'restless');
  assert.ok(heard.includes('yes'));
});

test('what is published while its channel moves is there, or known to be missing', async t => {
  const publisher = await openBroadcaster(t, openRedisCluster, cluster.url);
  const reader = await openBroadcaster(t, openRedisCluster, cluster.url);
  const { heard } = await listen(reader, 'busy');
  const published: string[] = [];
  const publishing = setInterval(() => {
    published.push(`message ${published.length}`);
    void publisher.publish('busy', published.at(-1) ?? '');
  }, 2);
  closeAfter(t, () => clearInterval(publishing));
  await eventually(() => heard.length > 10);
  await cluster.move('busy');
  await eventually(() => heard.includes('(missed)'));
  const heardThen = heard.length;
  await eventually(() => heard.length > heardThen + 10);
  clearInterval(publishing);

  for (const [i, message] of published.entries()) {
    const at = heard.indexOf(message);
    if (i === 0 || at < 1 || heard[at - 1] === published[i - 1]) continue;
    assert.equal(heard[at - 1], '(missed)', `before ${message}`);
  }
});

test('a node that goes away costs the channels of the others nothing; its own hear of the gap', async t => {
  const broadcaster = await openBroadcaster(t, openRedisCluster, cluster.url);
  const [[node, channel] = [], ...others] = await channelOfEach();
  assert.ok(node && channel);
  const { heard } = await listen(broadcaster, channel);
  const unconcerned = await Promise.all(others.map(([, other]) => listen(broadcaster, other)));
  await node.stop();
  await broadcaster.publish(channel, 'lost');
  await node.start();
  await eventually(() => heard.includes('(missed)'));
  await listens(broadcaster, channel);
  assert.ok(heard.includes('yes'));
  assert.ok(!heard.includes('lost'));
  assert.deepEqual(
    unconcerned.flatMap(other => other.heard),
    [],
  );
});

// The last one: it leaves the cluster changed.
test('where a replica takes the place of a node, its listeners hear of the gap, and then what is published', async t => {
  const publisher = await openBroadcaster(t, openRedisCluster, cluster.url);
  const reader = await openBroadcaster(t, openRedisCluster, cluster.url);
  const { heard } = await listen(reader, 'inherited');
  const heir = await cluster.replaceNodeOf('inherited');
  await eventually(() => heard.includes('(missed)'));
  await eventually(async () => {
    await publisher.publish('inherited', 'hello');
    return heard.includes('hello');
  });
  assert.equal(await listenersAt(heir, 'inherited'), 1);
});
