import type { TestContext } from 'node:test';
import { sharedChromium } from '../support/chromium.ts';
import { install } from '../support/installation.ts';
import { openPage } from '../support/page.ts';
import { startRedis } from '../support/redis.ts';
import { startServer, startWorker } from '../support/server-process.ts';

/** A page in front of a web process, a worker and a Redis. */
export async function openAll(t: TestContext) {
  const redis = await startRedis(t);
  const installation = await install(t, { REDIS_URL: redis.url });
  const [server, worker, browser] = await Promise.all([
    startServer(t, installation.environment),
    startWorker(t, installation.environment),
    sharedChromium(),
  ]);
  const page = await openPage(t, browser);
  await page.goto(server.url);
  return { ...installation, redis, server, worker, page };
}
