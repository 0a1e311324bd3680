import type { TestContext } from 'node:test';
import { sharedChromium } from '../support/chromium.ts';
import type { Scope } from '../support/close-after.ts';
import { freePort } from '../support/free-port.ts';
import { type Installation, install } from '../support/installation.ts';
import { openPage } from '../support/page.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { type Program, type RunningServer, startServer, startWorker } from '../support/server-process.ts';

/** A web process, a worker and a Redis. */
export interface AllProcesses extends Installation {
  readonly redis: TestRedis;
  readonly server: RunningServer;
  readonly worker: Program;
}

export async function startAll(t: Scope): Promise<AllProcesses> {
  const redis = await startRedis(t);
  const installation = await install(t, { REDIS_URL: redis.url, PORT: String(await freePort()) });
  const [server, worker] = await Promise.all([
    startServer(t, installation.environment),
    startWorker(t, installation.environment),
  ]);
  return { ...installation, redis, server, worker };
}

/** The page of somebody who comes for the first time. */
export async function openFirst(t: TestContext, { server }: Pick<AllProcesses, 'server'>) {
  const page = await openPage(t, await sharedChromium());
  await page.goto(server.url);
  return page;
}
