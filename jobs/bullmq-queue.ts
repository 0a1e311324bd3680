import { setTimeout as delay } from 'node:timers/promises';
import { Queue as BullQueue, type Job, Worker } from 'bullmq';
import type { FastifyBaseLogger } from 'fastify';
import type { RedisServer } from '../src/redis/redis-server.ts';
import { type Handlers, type Jobs, jobId, type Queue, runJob } from './queue.ts';

interface Options {
  readonly redis: RedisServer;
  /** How many jobs run at once in this process. */
  readonly concurrency: number;
  readonly log: FastifyBaseLogger;
  /** Is told of a job that threw. */
  readonly onError: (error: unknown, jobId: string) => void;
}

type Name = keyof Jobs;

const QUEUE = 'jobs';
/** In braces: in a cluster, all keys of the queue are on one node, as its scripts want them. */
const PREFIX = '{parley}';
/** A job whose process died is begun anew after at most the sum of the two. */
const LOCK_MS = 10_000;
const STALLED_INTERVAL_MS = 5_000;
/** With BullMQ's own 15 s a worker would stay idle for as long after Redis is back. */
const RETRY_MS = 1_000;
const KEPT_FAILURES = 1_000;
/** Longer than the 10 s for which BullMQ lets Redis be silent while it waits for a job. */
const SILENCE_MS = 15_000;
/** How long somebody who adds a job waits for Redis. */
const PATIENCE_MS = 250;
/** How many jobs are kept for when Redis is back; the sweep finds other replies a little later. */
const MOST_KEPT = 1_000;
/** One that Redis refused is tried again: a cluster refuses all for a while after a node is back. */
const ADD_AGAIN_MS = 3_000;
/** While Redis is away, BullMQ's goodbye would last for ever. */
const GOODBYE_MS = 2_000;

/** Hands jobs over Redis to whichever processes work. Replies that Redis forgets are found by the sweep, in the rows. */
export function bullmqQueue({ redis, concurrency, log, onError }: Options): Queue {
  // Without the check of Redis' version, whose failure while the connection breaks would last.
  const settings = { prefix: PREFIX, skipVersionCheck: true };
  const producer = new BullQueue<Jobs[Name], void, Name>(QUEUE, { ...settings, connection: redis.commands });
  const running = new Set<Promise<void>>();
  const shutdown = new AbortController();
  const kept = new Map<string, () => Promise<void>>();
  let worker: Worker<Jobs[Name], void, Name> | undefined;
  let later: NodeJS.Timeout | undefined;

  producer.on('error', report);
  const endTelling = redis.onReady(addKept);

  function report(error: Error): void {
    log[isNews(error) ? 'warn' : 'debug'](error, 'The queue met with an error.');
  }

  /** What goes wrong while Redis is away is none, and neither is a lost lock: the row decides who writes. */
  function isNews({ message }: Error): boolean {
    return redis.isReady && !/\block\b/.test(message);
  }

  async function addNow(name: Name, payload: Jobs[Name]): Promise<void> {
    const id = jobId(name, payload);
    const options = { jobId: id, removeOnComplete: true, removeOnFail: { count: KEPT_FAILURES } };
    try {
      // Adding does nothing where there is a job with this id, also a failed one.
      const [state] = await Promise.all([producer.getJobState(id), producer.add(name, payload, options)]);
      if (state !== 'failed') return;
      await producer.remove(id);
      await producer.add(name, payload, options);
    } catch (error) {
      keep(id, () => addNow(name, payload));
      later ??= setTimeout(addKept, ADD_AGAIN_MS).unref();
      log.warn(error, 'A job could not be added now, and will be later.');
    }
  }

  function keep(id: string, add: () => Promise<void>): void {
    if (kept.size < MOST_KEPT) kept.set(id, add);
  }

  function addKept(): void {
    clearTimeout(later);
    later = undefined;
    if (redis.commands.status !== 'ready') return; // and it tells when it is
    const waiting = [...kept.values()];
    kept.clear();
    for (const add of waiting) void add();
  }

  /** BullMQ asks again at once for a job when Redis refuses one, as a full Redis does. */
  function rest(): void {
    if (!worker || worker.isPaused()) return;
    void worker.pause(true);
    setTimeout(() => worker?.resume(), RETRY_MS).unref();
  }

  async function run(handlers: Handlers, job: Job<Jobs[Name], void, Name>): Promise<void> {
    const { name, data } = job;
    const work = runJob(handlers, name, data, shutdown.signal, waitOf(job));
    running.add(work);
    try {
      await work;
    } catch (error) {
      onError(error, jobId(name, data));
      throw error;
    } finally {
      running.delete(work);
    }
  }

  async function idle(): Promise<void> {
    while (running.size > 0) await Promise.allSettled(running);
  }

  return {
    async add(name, payload) {
      if (redis.commands.status !== 'ready') return keep(jobId(name, payload), () => addNow(name, payload));
      await Promise.race([addNow(name, payload), delay(PATIENCE_MS, undefined, { ref: false })]);
    },

    work(handlers) {
      worker = new Worker(QUEUE, job => run(handlers, job), {
        ...settings,
        connection: redis.connect({ maxRetriesPerRequest: null, socketTimeout: SILENCE_MS }),
        concurrency,
        lockDuration: LOCK_MS,
        stalledInterval: STALLED_INTERVAL_MS,
        runRetryDelay: RETRY_MS,
      });
      worker.on('error', error => {
        report(error);
        if (isNews(error)) rest();
      });
    },

    async backlog() {
      if (!redis.isReady) return undefined;
      try {
        const [waiting, [oldest]] = await Promise.all([
          producer.getWaitingCount(),
          producer.getJobs(['waiting'], 0, 0, true),
        ]);
        return { waiting, oldestWaitMs: oldest ? waitOf(oldest) : 0 };
      } catch (error) {
        log.debug(error, 'The queue could not be looked at.');
        return undefined;
      }
    },

    async close(graceMs) {
      const closed = worker?.close(); // takes no new job
      await Promise.race([idle(), delay(graceMs, undefined, { ref: false })]);
      shutdown.abort();
      await idle();
      await Promise.race([closed, delay(GOODBYE_MS, undefined, { ref: false })]);
      await idle(); // a job that was fetched in the last moment
      endTelling();
      clearTimeout(later);
      await producer.close();
    },
  };
}

/** By the clocks of whoever added it and of this process, which may differ. */
function waitOf({ timestamp }: { readonly timestamp: number }): number {
  return Math.max(0, Date.now() - timestamp);
}
