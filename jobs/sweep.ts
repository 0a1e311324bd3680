import type { Dependencies } from '../src/dependencies.ts';
import { findLostReplies } from '../src/models/reply.ts';

const SWEEP_INTERVAL_MS = 3_000;

/**
 * Looks now and every 3 s for open replies that nobody works on, and adds their jobs again: whoever claims one
 * decides what becomes of it. @returns what ends the looking
 */
export function startSweep(deps: Pick<Dependencies, 'db' | 'queue' | 'log'>): () => void {
  const look = () => sweep(deps).catch(error => deps.log.error(error, 'The sweep failed.'));
  const timer = setInterval(look, SWEEP_INTERVAL_MS);
  void look();
  return () => clearInterval(timer);
}

async function sweep({ db, queue }: Pick<Dependencies, 'db' | 'queue'>): Promise<void> {
  for (const attempt of await findLostReplies(db)) await queue.add('write-reply', attempt);
}
