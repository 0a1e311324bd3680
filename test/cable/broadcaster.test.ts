import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { pino } from 'pino';
import type { Broadcaster } from '../../src/cable/broadcaster.ts';
import { inProcessBroadcaster } from '../../src/cable/in-process-broadcaster.ts';
import { redisBroadcaster } from '../../src/cable/redis-broadcaster.ts';
import { openRedis } from '../../src/redis.ts';
import { eventually } from '../support/eventually.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

type Open = (t: TestContext) => Broadcaster | Promise<Broadcaster>;

/** Each way to carry messages has to pass the same tests. */
const adapters: Readonly<Record<string, Open>> = {
  'in-process': t => {
    const broadcaster = inProcessBroadcaster();
    t.after(() => broadcaster.close());
    return broadcaster;
  },

  Redis: async t => await openRedisBroadcaster(t, await startRedis(t)),
};

/** What one process has to do with broadcasts. */
async function openRedisBroadcaster(t: TestContext, { url }: TestRedis): Promise<Broadcaster> {
  const log = pino({ level: 'silent' });
  const redis = openRedis(url, log);
  const broadcaster = redisBroadcaster(redis, log);
  t.after(async () => {
    await broadcaster.close();
    redis.close();
  });
  await listens(broadcaster);
  return broadcaster;
}

/** Somebody who keeps all that a channel brings from now on. */
async function listen(broadcaster: Broadcaster, channel: string) {
  const heard: string[] = [];
  const unsubscribe = await broadcaster.subscribe(channel, {
    receive: message => heard.push(message),
    missed: () => heard.push('(missed)'),
  });
  return { heard, unsubscribe };
}

/** Waits until what was published so far has arrived. */
async function settled(broadcaster: Broadcaster, channel: string): Promise<void> {
  const { heard, unsubscribe } = await listen(broadcaster, channel);
  await broadcaster.publish(channel, 'last');
  await eventually(() => heard.includes('last'));
  await unsubscribe();
}

/** Waits until what is published arrives: a process serves before it has reached Redis. */
async function listens(broadcaster: Broadcaster): Promise<void> {
  const { heard, unsubscribe } = await listen(broadcaster, 'ready?');
  await eventually(async () => {
    await broadcaster.publish('ready?', 'yes');
    return heard.includes('yes');
  });
  await unsubscribe();
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
