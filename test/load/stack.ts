import { join } from 'node:path';
import { Redis } from 'ioredis';
import { startRedis } from '../support/redis.ts';
import { startServer, startWorker } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { Lifetime } from './lifetime.ts';
import { type LoadProcess, startLoadProcess } from './load-process.ts';
import type { Measured } from './meter.ts';
import { watched } from './watched.ts';

/** `parley`: the program's own worker; `literal`: one that writes replies as the articles do. */
export type Writer = 'parley' | 'literal';

/** `redis`: a web process, a worker and Redis between them; `process`: everything in the web process. */
export type Mode = 'redis' | 'process';

/** The program as it is measured, and the model that it asks. */
export interface Stack {
  readonly url: string;
  /** As in `DATABASE_URL`. */
  readonly databaseUrl: string;
  readonly web: Measured;
  /** All that is the program's: the web process, the worker, Redis. */
  readonly processes: readonly Measured[];
  readonly upstream: Measured;
}

const UPSTREAM = join(import.meta.dirname, 'upstream.ts');
const LITERAL_WORKER = join(import.meta.dirname, 'literal-worker.ts');

export interface StackOptions {
  readonly mode: Mode;
  readonly writer?: Writer;
  /** A folder where each process of ours leaves a CPU profile at its end. */
  readonly profiles?: string | undefined;
}

export async function startStack(
  t: Lifetime,
  { mode, writer = 'parley', profiles }: StackOptions,
): Promise<Stack> {
  const upstream = startUpstream(t);
  const databaseUrl = `sqlite:${join(await temporaryFolder(t), 'parley.sqlite3')}`;
  const redis = mode === 'redis' ? await startRedis(t) : undefined;
  const environment = {
    ...(await loadedBy(upstream)),
    DATABASE_URL: databaseUrl,
    ...(redis ? { REDIS_URL: redis.url } : {}),
    ...profiling(profiles),
  };

  const server = await startServer(t, environment);
  const web = watched(t, 'web', server);
  const processes: Measured[] = [web];
  if (redis) {
    const entry = writer === 'literal' ? LITERAL_WORKER : undefined;
    processes.push(watched(t, 'worker', await startWorker(t, environment, entry)));
    processes.push({ name: 'Redis', pid: await redisPid(redis.url) });
  }
  return { url: server.url, databaseUrl, web, processes, upstream };
}

/** Starts the model that the program asks. */
export function startUpstream(t: Lifetime): LoadProcess {
  return startLoadProcess(t, 'upstream', UPSTREAM);
}

/** The settings of a program that is put under load. */
export async function loadedBy(upstream: LoadProcess): Promise<Record<string, string>> {
  return {
    OPENAI_BASE_URL: String(await upstream.ask('baseUrl')),
    OPENAI_MODEL: 'scripted',
    ASKS_PER_MINUTE: '100000',
    WORKER_CONCURRENCY: '200',
    LOG_LEVEL: 'warn',
  };
}

/** Makes each process leave a CPU profile at its end, if that is wanted. */
export function profiling(folder: string | undefined): Record<string, string> {
  return folder ? { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder}` } : {};
}

export async function redisPid(url: string): Promise<number> {
  const redis = new Redis(url);
  const info = await redis.info('server');
  redis.disconnect();
  return Number(/process_id:(\d+)/.exec(String(info))?.[1]);
}
