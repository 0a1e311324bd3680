import type { Dependencies } from '../src/dependencies.ts';
import { findLostReplies } from '../src/models/attempt.ts';

type Deps = Pick<Dependencies, 'db' | 'queue' | 'redis' | 'log'>;

const SWEEP_INTERVAL_MS = 3_000;

/**
 * Looks every 3 s for open replies that nobody works on, and adds their jobs again: whoever claims one decides what
 * becomes of it. At the start, and when Redis is back, it waits for no reply to be overdue: the process that had
 * the jobs may have ended in order, a moment ago, or Redis may have lost them. @returns what ends the looking
 */
export function startSweep(deps: Deps): () => void {
  let isLooking = false;
  const look = async (waitMs?: number) => {
    if (isLooking) return;
    isLooking = true;
    await sweep(deps, waitMs).catch(error => deps.log.error(error, 'The sweep failed.'));
    isLooking = false;
  };
  const lookForAll = () => void look(0);
  const timer = setInterval(() => look(), SWEEP_INTERVAL_MS);
  deps.redis?.commands.on('ready', lookForAll);
  lookForAll();
  return () => {
    clearInterval(timer);
    deps.redis?.commands.off('ready', lookForAll);
  };
}

async function sweep({ db, queue }: Deps, waitMs?: number): Promise<void> {
  for (const attempt of await findLostReplies(db, waitMs)) await queue.add('write-reply', attempt);
}
