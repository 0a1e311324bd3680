import { openDependencies } from '../src/dependencies.ts';
import { runProgram } from '../src/program.ts';
import { ConfigError } from '../src/settings.ts';
import { runJobs } from './run-jobs.ts';

await runProgram(async (config, log) => {
  if (!config.redisUrl) {
    throw new ConfigError(
      'REDIS_URL is not set, so the web process runs the jobs itself. Set it for both to have a worker.',
    );
  }
  const deps = await openDependencies(config, log);
  const endSweep = runJobs(deps);
  console.log(`The worker is ready: ${deps.model.name} answers, ${config.workerConcurrency} at once.`);

  return async graceMs => {
    endSweep();
    await deps.close(graceMs);
  };
});
