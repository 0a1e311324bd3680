import type { Dependencies } from '../src/dependencies.ts';
import { jobHandlers } from './handlers.ts';
import { startSweep } from './sweep.ts';

/** Begins to run jobs in this process, and to look for those that were lost. @returns what ends the looking */
export function runJobs(deps: Dependencies): () => void {
  deps.queue.work(jobHandlers(deps));
  return startSweep(deps);
}
