import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { startRedis } from '../support/redis.ts';
import { type Program, startServer, startWorker } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { Lifetime } from './lifetime.ts';
import { startLoadProcess } from './load-process.ts';
import type { Measured } from './meter.ts';

/** `parley`: the program's own worker; `literal`: one that writes replies as the articles do. */
export type Writer = 'parley' | 'literal';

/** `redis`: a web process, a worker and Redis between them; `process`: everything in the web process. */
export type Mode = 'redis' | 'process';

/** The program as it is measured, and the model that it asks. */
export interface Stack {
  readonly url: string;
  readonly databasePath: string;
  readonly web: Measured;
  /** All that is the program's: the web process, the worker, Redis. */
  readonly processes: readonly Measured[];
  readonly upstream: Measured;
}

/** How long a process may take to end in order. */
const GOODBYE_MS = 5_000;
/** In characters: what goes wrong once often goes wrong a thousand times. */
const MOST_COMPLAINTS = 3_000;
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
  const upstream = startLoadProcess(t, 'upstream', UPSTREAM);
  const databasePath = join(await temporaryFolder(t), 'parley.sqlite3');
  const redis = mode === 'redis' ? await startRedis(t) : undefined;
  const environment = {
    DATABASE_URL: `sqlite:${databasePath}`,
    OPENAI_BASE_URL: String(await upstream.ask('baseUrl')),
    OPENAI_MODEL: 'scripted',
    ASKS_PER_MINUTE: '100000',
    WORKER_CONCURRENCY: '200',
    LOG_LEVEL: 'warn',
    ...(redis ? { REDIS_URL: redis.url } : {}),
    ...(profiles ? { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profiles}` } : {}),
  };

  const server = await startServer(t, environment);
  const web = watched(t, 'web', server);
  const processes = [web];
  if (redis) {
    const entry = writer === 'literal' ? LITERAL_WORKER : undefined;
    processes.push(watched(t, 'worker', await startWorker(t, environment, entry)));
    processes.push({ name: 'Redis', pid: await redisPid(redis.url) });
  }
  return { url: server.url, databasePath, web, processes, upstream };
}

/** Ends the lifetime with the program, shows what the program complained of, and lets it end in order. */
function watched(t: Lifetime, name: string, { pid, exited, output, kill }: Program): Measured {
  let isOver = false;
  void exited.then(({ code }) => isOver || t.fail(new Error(`The ${name} process ended with ${code}.`)));
  t.after(async () => {
    isOver = true;
    kill('SIGINT');
    await Promise.race([exited, delay(GOODBYE_MS, undefined, { ref: false })]);
    const complaints = [...output.stdout.split('\n').slice(1), output.stderr].join('\n').trim();
    if (complaints) console.error(`The ${name} process said:\n${complaints.slice(0, MOST_COMPLAINTS)}`);
  });
  return { name, pid: pid ?? 0 };
}

async function redisPid(url: string): Promise<number> {
  const redis = new Redis(url);
  const info = await redis.info('server');
  redis.disconnect();
  return Number(/process_id:(\d+)/.exec(String(info))?.[1]);
}
