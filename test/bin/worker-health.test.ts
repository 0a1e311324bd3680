import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { startRedis } from '../support/redis.ts';
import { startWorker } from '../support/server-process.ts';

const CHECK = join(import.meta.dirname, '../../bin/worker-health.ts');
const SILENT_SECONDS = 40;

function exitCode(url: string): number | null {
  return spawnSync(process.execPath, [CHECK], { env: { REDIS_URL: url }, timeout: 5000 }).status;
}

test('a worker is healthy while it speaks with Redis: not when it hangs, has ended, or Redis is away', async t => {
  const redis = await startRedis(t);
  assert.equal(exitCode(redis.url), 1);
  const worker = await startWorker(t, { REDIS_URL: redis.url });
  assert.equal(exitCode(redis.url), 0);

  worker.kill('SIGSTOP');
  await eventually(() => exitCode(redis.url) === 1, SILENT_SECONDS);
  worker.kill('SIGCONT');
  await eventually(() => exitCode(redis.url) === 0, SILENT_SECONDS);

  worker.kill('SIGTERM');
  await worker.exited;
  assert.equal(exitCode(redis.url), 1);
  await redis.stop();
  assert.equal(exitCode(redis.url), 1);
});
