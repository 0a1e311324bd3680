import type { FastifyBaseLogger } from 'fastify';
import { inProcessQueue } from '../jobs/in-process-queue.ts';
import type { Queue } from '../jobs/queue.ts';
import type { Broadcaster } from './cable/broadcaster.ts';
import { inProcessBroadcaster } from './cable/in-process-broadcaster.ts';
import type { Config } from './config.ts';
import { type Database, databasePath, openDatabase } from './database.ts';
import { type Model, openModel } from './llm/model.ts';
import { seedBots } from './models/bot.ts';
import { readSecretKey } from './secret-key.ts';

/** What the program works with, opened once and passed on by hand. */
export interface Dependencies {
  readonly db: Database;
  readonly broadcaster: Broadcaster;
  readonly queue: Queue;
  readonly model: Model;
  /** Signs cookies and stream names. */
  readonly secretKey: string;
  readonly log: FastifyBaseLogger;
  /** Lets jobs end for `graceMs`, then settles the rest, and closes everything. */
  close(graceMs?: number): Promise<void>;
}

/**
 * Opens the database, the queue, the broadcaster and the model.
 * @throws DatabaseError
 */
export async function openDependencies(config: Config, log: FastifyBaseLogger): Promise<Dependencies> {
  const db = await openDatabase(config.databaseUrl);
  await seedBots(db);
  const broadcaster = inProcessBroadcaster();
  const model = await openModel(config.openai);
  const queue = inProcessQueue({
    concurrency: config.workerConcurrency,
    onError: error => log.error(error, 'A job failed.'),
  });

  return {
    db,
    broadcaster,
    queue,
    model,
    secretKey: config.secretKey ?? readSecretKey(databasePath(config.databaseUrl)),
    log,
    async close(graceMs = 0) {
      await queue.close(graceMs);
      await model.close();
      await broadcaster.close();
      await db.destroy();
    },
  };
}
