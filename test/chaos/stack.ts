import { join } from 'node:path';
import type { Scope } from '../support/close-after.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { type Program, type RunningServer, startServer, startWorker } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { Restartable } from './restartable.ts';

/** `redis`: two web processes, two workers, and Redis between them; `in-process`: everything in one web process. */
export const MODES = ['redis', 'in-process'] as const;
export type Mode = (typeof MODES)[number];

/** The program as somebody runs it who wants it to go on when a part of it fails. */
export interface Stack {
  readonly databasePath: string;
  readonly webs: readonly Restartable<RunningServer>[];
  readonly workers: readonly Restartable<Program>[];
  readonly redis: TestRedis | undefined;
  /** The ports of the web processes that live. */
  living(): readonly number[];
}

const COUNT = { redis: { webs: 2, workers: 2 }, 'in-process': { webs: 1, workers: 0 } };
/** A process that is replaced settles its replies after so long. */
const GRACE_SECONDS = 2;

export async function startStack(t: Scope, mode: Mode, modelUrl: string): Promise<Stack> {
  const databasePath = join(await temporaryFolder(t), 'parley.sqlite3');
  const redis = mode === 'redis' ? await startRedis(t) : undefined;
  const environment = {
    DATABASE_URL: `sqlite:${databasePath}`,
    OPENAI_BASE_URL: modelUrl,
    OPENAI_MODEL: 'scripted',
    ASKS_PER_MINUTE: '100000',
    SHUTDOWN_GRACE_SECONDS: String(GRACE_SECONDS),
    LOG_LEVEL: 'error',
    ...(redis ? { REDIS_URL: redis.url } : {}),
  };
  const webs = several('web process', COUNT[mode].webs, () => startServer(t, environment));
  const workers = several('worker', COUNT[mode].workers, () => startWorker(t, environment));
  await Promise.all([...webs, ...workers].map(each => each.start()));
  return {
    databasePath,
    webs,
    workers,
    redis,
    living: () => webs.flatMap(({ running }) => (running ? Number(new URL(running.url).port) : [])),
  };
}

function several<Running extends Program>(name: string, count: number, start: () => Promise<Running>) {
  return Array.from({ length: count }, (_, place) => new Restartable(`${name} ${place + 1}`, start));
}
