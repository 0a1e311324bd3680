import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { closeAfter, type Scope } from './close-after.ts';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';
import { findOnPath } from './on-path.ts';
import { temporaryFolder } from './temporary-folder.ts';

const START_SECONDS = 30;
const PROGRAMS = ['redis-server', 'valkey-server'] as const;

/** A redis-server of the test's own, which forgets everything when it ends. Starts and stops wait for one another. */
export interface TestRedis {
  /** As in `REDIS_URL`. */
  readonly url: string;
  /** Ends it, so that nobody reaches it. */
  stop(): Promise<void>;
  /** Starts it again, empty, at the same port, unless it runs. @throws when the test is over */
  start(): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** Has it carry out a command, such as `FLUSHALL`. */
  command(name: string, ...words: readonly string[]): Promise<unknown>;
}

/**
 * Starts one on a free port of the loopback.
 * @param running `false`: its port is known, but nobody listens yet
 * @param settings beside the usual ones, as on its command line
 */
export async function startRedis(
  t: Scope,
  running = true,
  settings: Readonly<Record<string, string | number>> = {},
): Promise<TestRedis> {
  const port = await freePort();
  const folder = await temporaryFolder(t);
  let server: ChildProcess | undefined;
  let work = Promise.resolve();
  let isOver = false;
  const inTurn = (deed: () => Promise<void>) => {
    work = work.catch(() => {}).then(deed);
    return work;
  };
  const isRunning = () => server?.exitCode === null && server.signalCode === null;

  const redis: TestRedis = {
    url: `redis://127.0.0.1:${port}`,

    start: () =>
      inTurn(async () => {
        if (isOver) throw new Error('Redis is not started again: the test is over.');
        if (isRunning()) return;
        const options = { port, bind: '127.0.0.1', save: '', appendonly: 'no', dir: folder, ...settings };
        const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
        server = spawn(findOnPath(PROGRAMS) ?? PROGRAMS[0], flags, { stdio: 'ignore' });
        await eventually(() => {
          if (!isRunning()) throw new Error(`Redis ended at once. Is port ${port} taken?`);
          return answers(port);
        }, START_SECONDS);
      }),

    stop: () =>
      inTurn(async () => {
        if (!server || !isRunning()) return;
        const exited = once(server, 'exit');
        server.kill('SIGKILL');
        await exited;
      }),

    kill: signal => void server?.kill(signal),

    async command(name, ...words) {
      const client = new Redis(port, '127.0.0.1');
      try {
        return await client.call(name, ...words);
      } finally {
        client.disconnect();
      }
    },
  };
  closeAfter(t, () => {
    isOver = true;
    return redis.stop();
  });
  if (running) await redis.start();
  return redis;
}

/** Whether Redis can be worked with: it answers, and has not only opened its port. */
async function answers(port: number): Promise<boolean> {
  const client = new Redis(port, '127.0.0.1', { lazyConnect: true, retryStrategy: null });
  client.on('error', () => {}); // the answer tells
  try {
    await client.connect();
    await client.quit(); // so that Redis knows of it no more
    return true;
  } catch {
    return false;
  } finally {
    client.disconnect();
  }
}
