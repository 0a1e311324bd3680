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
  const sentence = sentenceFor(error);
  if (!sentence) throw error;
  console.error(sentence);
  process.exit(1);
}

async function start(): Promise<void> {
  const config = loadConfig();
  const log = pino({ level: config.logLevel });
  const deps = await openDependencies(config, log);
  const app = await buildApp(deps, bundleAssets(), config);

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

/** What a person can mend gets one line that says how. */
function sentenceFor(error: unknown): string | undefined {
  if (error instanceof ConfigError || error instanceof DatabaseError) return error.message;
  if (!(error instanceof Error && 'code' in error && 'syscall' in error)) return undefined;
  if (error.code === 'EADDRINUSE') return `PORT: ${error.message}. Stop what uses it, or set another.`;
  if (error.code === 'EACCES' && error.syscall === 'listen') return `PORT: ${error.message}. Set another.`;
  if (error.syscall === 'listen' || error.syscall === 'getaddrinfo') return `HOST: ${error.message}.`;
  return undefined;
}
