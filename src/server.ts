import process from 'node:process';
import { pino } from 'pino';
import { startSweep } from '../jobs/sweep.ts';
import { jobHandlers } from '../jobs/write-reply-job.ts';
import { buildApp } from './app.ts';
import { bundleAssets } from './assets.ts';
import { ConfigError, loadConfig } from './config.ts';
import { DatabaseError } from './database.ts';
import { openDependencies } from './dependencies.ts';

/** How long requests that are under way may take when the process is told to end. */
const REQUESTS_GRACE_MS = 5_000;

try {
  await start();
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof DatabaseError || isListenError(error))) throw error;
  console.error(error.message);
  process.exit(1);
}

async function start(): Promise<void> {
  const config = loadConfig();
  const log = pino({ level: config.logLevel });
  const [deps, assets] = await Promise.all([openDependencies(config, log), bundleAssets()]);
  const app = await buildApp(deps, assets, config);

  const address = await app.listen({ host: config.host, port: config.port });
  deps.queue.work(jobHandlers(deps));
  const endSweep = startSweep(deps);
  console.log(`Parley is at ${address} and ${deps.model.name} answers.`);

  const close = async (graceMs: number) => {
    endSweep();
    setTimeout(() => app.server.closeAllConnections(), REQUESTS_GRACE_MS).unref();
    await app.close();
    await deps.close(graceMs);
    process.exit(0);
  };
  process.once('SIGTERM', () => close(config.shutdownGraceSeconds * 1000));
  process.once('SIGINT', () => close(0));
}

/** The address is taken, or may not be used: Node's message says which. */
function isListenError(error: unknown): error is Error {
  return (
    error instanceof Error &&
    'syscall' in error &&
    (error.syscall === 'listen' || error.syscall === 'getaddrinfo')
  );
}
