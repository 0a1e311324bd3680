import { startPostgres } from '../support/postgres.ts';
import { startRedis } from '../support/redis.ts';
import { startServer, startWorker } from '../support/server-process.ts';
import type { Lifetime } from './lifetime.ts';
import type { Measured } from './meter.ts';
import { postgresPid } from './postgres-meter.ts';
import { loadedBy, profiling, redisPid, type Stack, startUpstream } from './stack.ts';
import { watched } from './watched.ts';

/** Several processes of each kind, with PostgreSQL and Redis between them. */
export interface Fleet extends Pick<Stack, 'databaseUrl' | 'upstream' | 'processes'> {
  /** Of the web processes. */
  readonly urls: readonly string[];
  /**
   * Ends each process in order, and starts another in its place, one after the other: a web process once the last has left
   * its port, a worker at once, while the last writes its replies to their end.
   */
  restart(): Promise<void>;
}

export interface FleetOptions {
  /** What `SHUTDOWN_GRACE_SECONDS` says. */
  readonly graceSeconds: number;
  readonly profiles: string | undefined;
}

/** As many as make it several. */
const OF_EACH_KIND = 2;
/** As PostgreSQL has them unless told otherwise: it waits for the disk. */
const SAFE = {};
const SECRET_KEY = 'a key of benchmarks alone, of 32 characters and more';

export async function startFleet(t: Lifetime, { graceSeconds, profiles }: FleetOptions): Promise<Fleet> {
  const [postgres, redis, upstream] = [await startPostgres(t, SAFE), await startRedis(t), startUpstream(t)];
  const environment = {
    ...(await loadedBy(upstream)),
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    SECRET_KEY,
    SHUTDOWN_GRACE_SECONDS: `${graceSeconds}`,
    ...profiling(profiles),
  };
  const webs = await inTurn(number => startWeb(t, `web ${number}`, environment));
  const workers = await inTurn(async number =>
    watched(t, `worker ${number}`, await startWorker(t, environment)),
  );

  return {
    urls: webs.map(({ url }) => url),
    databaseUrl: postgres.url,
    upstream,
    processes: [
      ...webs.map(({ web }) => web),
      ...workers,
      { name: 'PostgreSQL', pid: await postgresPid(postgres.url) },
      { name: 'Redis', pid: await redisPid(redis.url) },
    ],

    async restart() {
      for (const { web, url } of webs) {
        expectZero(web, await web.end('SIGTERM'));
        await startWeb(t, web.name, { ...environment, PORT: new URL(url).port });
      }
      const ends = [];
      for (const worker of workers) {
        ends.push(worker.end('SIGTERM').then(code => expectZero(worker, code)));
        watched(t, worker.name, await startWorker(t, environment));
      }
      await Promise.all(ends);
    },
  };
}

async function inTurn<Result>(start: (number: number) => Promise<Result>): Promise<Result[]> {
  const started = [];
  for (let number = 1; number <= OF_EACH_KIND; number++) started.push(await start(number));
  return started;
}

async function startWeb(t: Lifetime, name: string, environment: Readonly<Record<string, string>>) {
  const server = await startServer(t, environment);
  return { web: watched(t, name, server), url: server.url };
}

function expectZero({ name }: Measured, code: number | null): void {
  if (code !== 0) throw new Error(`The ${name} process ended with ${code} when it was told to.`);
}
