import { jobHandlers } from '../../jobs/handlers.ts';
import { openDependencies } from '../../src/dependencies.ts';
import { runProgram } from '../../src/program.ts';
import { writeLiterally } from './write-literally.ts';

// A worker that writes replies as the articles on Turbo Streams for chat bots do, to be measured beside the program's
// own: the same queue, database, partial and broadcaster.

await runProgram(async (config, log) => {
  const deps = await openDependencies(config, log);
  deps.queue.work({
    ...jobHandlers(deps),
    'write-reply': (attempt, shutdown) => writeLiterally(deps, attempt, shutdown),
  });
  console.log(`The worker is ready: ${deps.model.name} answers, literally.`);
  return graceMs => deps.close(graceMs);
});
