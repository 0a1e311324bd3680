import assert from 'node:assert/strict';
import { after, suite, type TestContext, test } from 'node:test';
import type { Broadcaster } from '../../src/cable/broadcaster.ts';
import { inProcessBroadcaster } from '../../src/cable/in-process-broadcaster.ts';
import { openRedisCluster } from '../../src/redis/redis-cluster.ts';
import { openRedis } from '../../src/redis/single-redis.ts';
import { startCuttableProxy } from '../support/cuttable-proxy.ts';
import { eventually } from '../support/eventually.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { startRedisCluster } from '../support/redis-cluster.ts';
import { listen, listens, openBroadcaster, settled } from './listening.ts';

type Open = (t: TestContext) => Broadcaster | Promise<Broadcaster>;

/** One for all tests here: it takes seconds to start. */
const cluster = startRedisCluster({ after });

/** Each way to carry messages has to pass the same tests. */
const adapters: Readonly<Record<string, Open>> = {
  'in-process': t => {
    const broadcaster = inProcessBroadcaster();
    t.after(() => broadcaster.close());
    return broadcaster;
  },

  Redis: async t => await openRedisBroadcaster(t, await startRedis(t)),

  'Redis Cluster': async t => await openBroadcaster(t, openRedisCluster, (await cluster).url),
};

async function openRedisBroadcaster(t: TestContext, { url }: Pick<TestRedis, 'url'>): Promise<Broadcaster> {
  return await openBroadcaster(t, openRedis, url);
}

for (const [name, open] of Object.entries(adapters)) {
  suite(`the ${name} broadcaster`, () => {
    test('hands messages over in the order in which they were published', async t => {
      const broadcaster = await open(t);
      const { heard } = await listen(broadcaster, 'one');
      const messages = Array.from({ length: 100 }, (_, i) => `message ${i}`);
      await Promise.all(messages.map(message => broadcaster.publish('one', message)));
      await eventually(() => heard.length >= messages.length);
      assert.deepEqual(heard, messages);
    });

    test('hands a message over as it is', async t => {
      const broadcaster = await open(t);
      const { heard } = await listen(broadcaster, 'one');
      const messages = ['', '<turbo-stream action="refresh"></turbo-stream>', 'Größe ☕ 🏴‍☠️\n\0'];
      for (const message of messages) await broadcaster.publish('one', message);
      await eventually(() => heard.length >= messages.length);
      assert.deepEqual(heard, messages);
    });

    test('reaches those who listen now: no one before, and no one after', async t => {
      const broadcaster = await open(t);
      await broadcaster.publish('one', 'before');
      await settled(broadcaster, 'another');
      const { heard, unsubscribe } = await listen(broadcaster, 'one');
      await broadcaster.publish('one', 'during');
      await eventually(() => heard.length > 0);
      await unsubscribe();
      await broadcaster.publish('one', 'after');
      await settled(broadcaster, 'one');
      assert.deepEqual(heard, ['during']);
    });

    test('reaches every listener of a channel, and goes on when one leaves', async t => {
      const broadcaster = await open(t);
      const first = await listen(broadcaster, 'one');
      const second = await listen(broadcaster, 'one');
      await broadcaster.publish('one', 'to both');
      await settled(broadcaster, 'one');
      await first.unsubscribe();
      await broadcaster.publish('one', 'to one');
      await eventually(() => second.heard.includes('to one'));
      assert.deepEqual(first.heard, ['to both', 'last']);
      assert.deepEqual(second.heard, ['to both', 'last', 'to one']);
    });

    test('keeps channels apart', async t => {
      const broadcaster = await open(t);
      const one = await listen(broadcaster, 'conversation:1');
      const two = await listen(broadcaster, 'conversation:2');
      await broadcaster.publish('conversation:1', 'for one');
      await broadcaster.publish('conversation:2', 'for two');
      await broadcaster.publish('conversation', 'for nobody');
      await eventually(() => one.heard.length > 0 && two.heard.length > 0);
      assert.deepEqual([one.heard, two.heard], [['for one'], ['for two']]);
    });

    test('passes nobody over when a listener leaves while it is told something', async t => {
      const broadcaster = await open(t);
      const leave = await broadcaster.subscribe('one', { receive: () => void leave(), missed() {} });
      const { heard } = await listen(broadcaster, 'one');
      for (const message of ['first', 'second']) await broadcaster.publish('one', message);
      await eventually(() => heard.length >= 2);
      assert.deepEqual(heard, ['first', 'second']);
    });
  });
}

suite('a Redis that goes away', () => {
  test('listeners hear of the gap after a loss, and then what is published', async t => {
    const server = await startRedis(t);
    const broadcaster = await openRedisBroadcaster(t, server);
    const { heard } = await listen(broadcaster, 'one');
    await server.stop();
    const { heard: heardWhileAway } = await listen(broadcaster, 'two');
    await server.start();
    await eventually(() => heard.length > 0 && heardWhileAway.length > 0);
    assert.deepEqual([heard, heardWhileAway], [['(missed)'], ['(missed)']]);
    await listens(broadcaster, 'one');
    assert.ok(heard.includes('yes'));
  });

  test('what one process could not publish, listeners of another hear of as a gap', async t => {
    const server = await startRedis(t);
    const network = await startCuttableProxy(t, server.url);
    const publisher = await openRedisBroadcaster(t, { url: network.url.replace('http', 'redis') });
    const reader = await openRedisBroadcaster(t, server);
    const one = await listen(reader, 'one');
    const two = await listen(reader, 'two');
    await publisher.publish('one', 'before');
    await eventually(() => one.heard.length > 0);

    network.cut();
    await publisher.publish('one', 'lost');
    network.mend();
    await eventually(() => one.heard.includes('(missed)'));
    await publisher.publish('two', 'after');
    await eventually(() => two.heard.length > 0);
    assert.deepEqual([one.heard, two.heard], [['before', '(missed)'], ['after']]);
  });

  test('what Redis refused, listeners hear of as a gap before the next message', async t => {
    const server = await startRedis(t);
    await server.command('ACL', 'SETUSER', 'reader', 'on', '>word', '~*', '&*', '+@all');
    const reader = await openRedisBroadcaster(t, { url: server.url.replace('//', '//reader:word@') });
    const publisher = await openRedisBroadcaster(t, server);
    const { heard } = await listen(reader, 'one');

    await server.command('ACL', 'SETUSER', 'default', '-publish');
    await publisher.publish('one', 'lost');
    await eventually(async () => String(await server.command('ACL', 'LOG')).includes('publish'));
    await server.command('ACL', 'SETUSER', 'default', '+publish');
    await eventually(async () => {
      await publisher.publish('one', 'after');
      return heard.includes('(missed)');
    });
    await eventually(() => heard.lastIndexOf('after') > heard.indexOf('(missed)'));
    assert.ok(!heard.includes('lost'));
  });

  test('neither publishing nor subscribing waits for a Redis that does not answer', async t => {
    const server = await startRedis(t);
    const broadcaster = await openRedisBroadcaster(t, server);
    server.kill('SIGSTOP');
    const start = performance.now();
    await broadcaster.publish('one', 'lost');
    assert.ok(performance.now() - start < 100);
    const { heard } = await listen(broadcaster, 'one'); // gives up after a while
    server.kill('SIGCONT');
    await eventually(() => heard.includes('(missed)'));
  });

  test('a connection that has died without a word is noticed, and replaced', async t => {
    const server = await startRedis(t);
    const network = await startCuttableProxy(t, server.url);
    const reader = await openRedisBroadcaster(t, { url: network.url.replace('http', 'redis') });
    const { heard } = await listen(reader, 'one');
    network.swallow();
    await eventually(() => heard.includes('(missed)'), 20);
    await server.command('PUBLISH', 'one', '+after');
    await eventually(() => heard.includes('after'));
  });

  test('a channel without listeners is one that Redis does not send', async t => {
    const server = await startRedis(t);
    const broadcaster = await openRedisBroadcaster(t, server);
    const subscribers = async () => await server.command('PUBSUB', 'NUMSUB', 'one');
    const first = await listen(broadcaster, 'one');
    const second = await listen(broadcaster, 'one');
    assert.deepEqual(await subscribers(), ['one', 1]);
    await first.unsubscribe();
    assert.deepEqual(await subscribers(), ['one', 1]);
    await second.unsubscribe();
    await eventually(async () => String(await subscribers()) === 'one,0');
  });
});
