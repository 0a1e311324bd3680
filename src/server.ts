import { runJobs } from '../jobs/run-jobs.ts';
import { buildApp } from './app.ts';
import { openDependencies } from './dependencies.ts';
import { stopAccepting } from './http/stop-accepting.ts';
import { keptAssets } from './kept-assets.ts';
import { runProgram } from './program.ts';

/** How long requests that are under way may take when the process is told to end. */
const REQUESTS_GRACE_MS = 5_000;

await runProgram(async (config, log) => {
  const deps = await openDependencies(config, log);
  const app = await buildApp(deps, await keptAssets(), config);
  const address = await app.listen({ host: config.host, port: config.port });
  // With Redis the jobs are the worker's.
  const endJobs = config.redisUrl ? undefined : runJobs(deps);
  console.log(`Parley is at ${address} and ${deps.model.name} answers${endJobs ? '' : ' through a worker'}.`);

  return async graceMs => {
    endJobs?.();
    await stopAccepting(app.server);
    setTimeout(() => app.server.closeAllConnections(), REQUESTS_GRACE_MS).unref();
    await app.close();
    await deps.close(graceMs);
  };
});
