import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { runJobs } from '../../jobs/run-jobs.ts';
import { buildApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config.ts';
import { type Dependencies, openDependencies } from '../../src/dependencies.ts';
import { bundledAssets } from './bundled-assets.ts';
import { closeAfter } from './close-after.ts';
import { freshDatabase, SECRET_KEY } from './databases.ts';
import { type ScriptedUpstream, startScriptedUpstream } from './scripted-upstream.ts';

export interface TestApp {
  readonly app: FastifyInstance;
  readonly deps: Dependencies;
  readonly upstream: ScriptedUpstream;
  /** Where it listens, without a slash at the end. */
  readonly url: string;
  /** For a second connection. */
  readonly databaseUrl: string;
}

const assets = bundledAssets();

/**
 * Starts the whole program inside the test, with a database of its own, against a scripted upstream. Everything is
 * closed when the test ends; an error in the log that the test has not announced fails it.
 * @param environment settings, as they would stand in the environment
 * @param expectedErrors what errors in the log may say
 */
export async function startTestApp(
  t: TestContext,
  environment: Readonly<Record<string, string>> = {},
  expectedErrors?: RegExp,
): Promise<TestApp> {
  const databaseUrl = environment.DATABASE_URL ?? (await freshDatabase(t));
  const upstream = await startScriptedUpstream(t);
  const config = loadConfig({
    DATABASE_URL: databaseUrl,
    SECRET_KEY,
    OPENAI_BASE_URL: upstream.baseUrl,
    OPENAI_API_KEY: 'test-key',
    OPENAI_MODEL: 'scripted',
    ASKS_PER_MINUTE: '1000',
    ...environment,
  });

  const errors: string[] = [];
  const log = pino({ level: 'error' }, { write: line => void errors.push(line) });
  const deps = await openDependencies(config, log);
  const app = await buildApp(deps, assets, config);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const endJobs = runJobs(deps);

  closeAfter(t, async () => {
    endJobs();
    await app.close();
    await deps.close();
    const unexpected = errors.filter(line => !expectedErrors?.test(line));
    if (unexpected.length > 0) throw new Error(`Unexpected errors in the log:\n${unexpected.join('')}`);
  });
  const { port } = app.server.address() as AddressInfo;
  return { app, deps, upstream, url: `http://127.0.0.1:${port}`, databaseUrl };
}
