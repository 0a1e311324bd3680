import type { FastifyBaseLogger } from 'fastify';
import type { bullmqQueue } from '../jobs/bullmq-queue.ts';
import { inProcessQueue } from '../jobs/in-process-queue.ts';
import type { Queue } from '../jobs/queue.ts';
import type { Broadcaster } from './cable/broadcaster.ts';
import { inProcessBroadcaster } from './cable/in-process-broadcaster.ts';
import { redisBroadcaster } from './cable/redis-broadcaster.ts';
import { Traffic } from './cable/traffic.ts';
import type { Config } from './config.ts';
import { connectionsOf, type Database, databasePath, openDatabase } from './database.ts';
import { logLevelOf } from './errors.ts';
import { type Model, openModel } from './llm/model.ts';
import type { Metrics } from './metrics/metrics.ts';
import { openMetrics } from './metrics/open-metrics.ts';
import { seedBots } from './models/bot.ts';
import type { RedisServer } from './redis/redis-server.ts';
import { readSecretKey } from './secret-key.ts';

/** While the database is away, each page and each job would say so. */
const SAY_AGAIN_MS = 60_000;

/** What the program works with, opened once and passed on by hand. */
export interface Dependencies {
  readonly db: Database;
  readonly broadcaster: Broadcaster;
  readonly queue: Queue;
  readonly model: Model;
  /** What the processes share, where there are several. */
  readonly redis: RedisServer | undefined;
  /** What goes over the cable of this process. */
  readonly traffic: Traffic;
  /** Keeps count of what this process does. */
  readonly metrics: Metrics;
  /** Signs cookies and stream names. */
  readonly secretKey: string;
  readonly log: FastifyBaseLogger;
  /** Lets jobs end for `graceMs`, then settles the rest, and closes everything. */
  close(graceMs?: number): Promise<void>;
}

/**
 * Opens the database, the queue, the broadcaster and the model, and the port at which metrics are asked for.
 * @throws DatabaseError, ConfigError
 */
export async function openDependencies(config: Config, log: FastifyBaseLogger): Promise<Dependencies> {
  const opened = await openMetrics(config, log);
  const { metrics } = opened;
  const db = await openDatabase(config.databaseUrl, {
    connections: config.databaseConnections,
    onLoss: sayNowAndThen(log),
    onQuery: metrics.queryRan,
  });
  await seedBots(db);
  const secretKey = config.secretKey ?? readSecretKey(databasePath(config.databaseUrl));
  const model = await openModel(config.openai, { onFault: metrics.modelFailed });
  const redis = config.redisUrl ? await openRedis(config.redisUrl, config, log) : undefined;
  const broadcaster = redis ? redisBroadcaster(redis, log) : inProcessBroadcaster();
  const jobs = {
    concurrency: config.workerConcurrency,
    onError: (err: unknown, jobId: string) => log[logLevelOf(err)]({ err, jobId }, 'A job failed.'),
  };
  const queue = redis ? await openQueue({ ...jobs, redis, log }) : inProcessQueue(jobs);
  const traffic = new Traffic();
  const metricsUrl = await opened.serve({ traffic, queue, connections: () => connectionsOf(db) });
  if (metricsUrl) log.info({ url: metricsUrl }, 'Metrics are to be had.');

  return {
    db,
    broadcaster,
    queue,
    model,
    redis,
    traffic,
    metrics,
    secretKey,
    log,
    async close(graceMs = 0) {
      await queue.close(graceMs);
      await opened.close();
      await model.close();
      await broadcaster.close();
      redis?.close();
      await db.destroy();
    },
  };
}

/** What speaks with Redis is loaded only where there is one: it takes a fifth of the start. */
async function openRedis(
  url: string,
  { redisCluster }: Pick<Config, 'redisCluster'>,
  log: FastifyBaseLogger,
): Promise<RedisServer> {
  if (redisCluster) return (await import('./redis/redis-cluster.ts')).openRedisCluster(url, log);
  return (await import('./redis/single-redis.ts')).openRedis(url, log);
}

async function openQueue(options: Parameters<typeof bullmqQueue>[0]): Promise<Queue> {
  return (await import('../jobs/bullmq-queue.ts')).bullmqQueue(options);
}

/** A line when connections to the database begin to fail, and one a minute while they do. */
function sayNowAndThen(log: FastifyBaseLogger): (error: Error) => void {
  let saidAt = Number.NEGATIVE_INFINITY;
  return error => {
    const isDue = performance.now() - saidAt >= SAY_AGAIN_MS;
    if (isDue) saidAt = performance.now();
    log[isDue ? 'error' : 'debug'](error, 'A connection to the database broke, or was not to be had.');
  };
}
