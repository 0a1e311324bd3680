import type { TestContext } from 'node:test';
import { pino } from 'pino';
import type { Broadcaster } from '../../src/cable/broadcaster.ts';
import { redisBroadcaster } from '../../src/cable/redis-broadcaster.ts';
import type { openRedis } from '../../src/redis/single-redis.ts';
import { eventually } from '../support/eventually.ts';

/** Each node of a cluster is reached by itself: it has the slot of one of these at least. */
const EVERYWHERE = [1, 2, 3, 4, 5, 6].map(number => `ready ${number}`);

/** What one process has to do with broadcasts, and does: all that is published arrives. */
export async function openBroadcaster(
  t: TestContext,
  open: typeof openRedis,
  url: string,
): Promise<Broadcaster> {
  const log = pino({ level: 'silent' });
  const redis = open(url, log);
  const broadcaster = redisBroadcaster(redis, log);
  t.after(async () => {
    await broadcaster.close();
    redis.close();
  });
  for (const channel of EVERYWHERE) await listens(broadcaster, channel);
  return broadcaster;
}

/** Somebody who keeps all that a channel brings from now on. */
export async function listen(broadcaster: Broadcaster, channel: string) {
  const heard: string[] = [];
  const unsubscribe = await broadcaster.subscribe(channel, {
    receive: message => heard.push(message),
    missed: () => heard.push('(missed)'),
  });
  return { heard, unsubscribe };
}

/** Waits until what was published so far, on any channel, has arrived: publishing itself waits for nothing. */
export async function settled(broadcaster: Broadcaster, channel: string): Promise<void> {
  const { heard, unsubscribe } = await listen(broadcaster, channel);
  await broadcaster.publish(channel, 'last');
  await eventually(() => heard.includes('last'));
  await unsubscribe();
}

/** Waits until what is published arrives: a process serves before it has reached Redis, at start and after a loss. */
export async function listens(broadcaster: Broadcaster, channel: string): Promise<void> {
  const { heard, unsubscribe } = await listen(broadcaster, channel);
  await eventually(async () => {
    await broadcaster.publish(channel, 'yes');
    return heard.includes('yes');
  });
  await unsubscribe();
}
