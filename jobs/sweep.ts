import type { Dependencies } from '../src/dependencies.ts';
import { findLostReplies } from '../src/models/attempt.ts';

const SWEEP_INTERVAL_MS = 3_000;

/**
 * Looks now and every 3 s for open replies that nobody works on, and adds their jobs again: whoever claims one
 * decides what becomes of it. @returns what ends the looking
 */
export function startSweep(deps: Pick<Dependencies, 'db' | 'queue' | 'log'>): () => void {
  const look = (waitMs?: number) =>
    sweep(deps, waitMs).catch(error => deps.log.error(error, 'The sweep failed.'));
  const timer = setInterval(() => look(), SWEEP_INTERVAL_MS);
  void look(0); // the process that had the jobs may have ended in order, a moment ago
  return () => clearInterval(timer);
}

async function sweep({ db, queue }: Pick<Dependencies, 'db' | 'queue'>, waitMs?: number): Promise<void> {
  for (const attempt of await findLostReplies(db, waitMs)) await queue.add('write-reply', attempt);
}
