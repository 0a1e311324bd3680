import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../support/eventually.ts';
import { startRedis } from '../support/redis.ts';
import { startRedisCluster } from '../support/redis-cluster.ts';
import { startWorker } from '../support/server-process.ts';

const CHECK = join(import.meta.dirname, '../../bin/worker-health.ts');
const SILENT_SECONDS = 40;

/** Each look starts a process. */
const LOOK_MS = 2_000;

function exitCode(url: string, env = {}): number | null {
  const { NODE_COMPILE_CACHE } = process.env;
  const all = { NODE_COMPILE_CACHE, REDIS_URL: url, ...env };
  return spawnSync(process.execPath, [CHECK], { env: all, timeout: 5000 }).status;
}

async function becomes(code: number, url: string, env = {}): Promise<void> {
  await eventually(async () => exitCode(url, env) === code || (await delay(LOOK_MS, false)), SILENT_SECONDS);
}

test('a worker is healthy while it speaks with Redis: not when it hangs, has ended, or Redis is away', async t => {
  const redis = await startRedis(t);
  assert.equal(exitCode(redis.url), 1);
  const worker = await startWorker(t, { REDIS_URL: redis.url });
  assert.equal(exitCode(redis.url), 0);

  worker.kill('SIGSTOP');
  await becomes(1, redis.url);
  worker.kill('SIGCONT');
  await becomes(0, redis.url);

  worker.kill('SIGTERM');
  await worker.exited;
  assert.equal(exitCode(redis.url), 1);
  await redis.stop();
  assert.equal(exitCode(redis.url), 1);
});

test('in a Redis Cluster too, whichever node is asked', async t => {
  const { nodes } = await startRedisCluster(t);
  const url = nodes.at(-1)?.url ?? '';
  const settings = { REDIS_CLUSTER: 'true' };
  await becomes(1, url, settings);
  const worker = await startWorker(t, { REDIS_URL: url, ...settings });
  assert.equal(exitCode(url, settings), 0);
  worker.kill('SIGTERM');
  await worker.exited;
  await becomes(1, url, settings);
});
