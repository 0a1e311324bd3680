import { forgetDeletedBots } from '../src/chat/own-bots.ts';
import { removeDeletedConversations } from '../src/chat/remove-deleted.ts';
import type { Dependencies } from '../src/dependencies.ts';
import { Unavailable } from '../src/errors.ts';
import { findLostReplies } from '../src/models/attempt.ts';
import { forgetDeletedWords } from '../src/models/search.ts';

type Deps = Pick<Dependencies, 'db' | 'queue' | 'redis' | 'log'>;

const SWEEP_INTERVAL_MS = 3_000;

/**
 * Looks every 3 s for open replies that nobody works on, and adds their jobs again: whoever claims one decides what
 * becomes of it. At the start, and when Redis is back, it waits for no reply to be overdue: the process that had
 * the jobs may have ended in order, a moment ago, or Redis may have lost them. What was deleted and can be restored no
 * longer goes for good. Each of these waits for no other. @returns what ends the looking
 */
export function startSweep(deps: Deps): () => void {
  const ended = new AbortController();
  const chores = [addLostReplies, removeDeletedConversations, forgetWords, forgetDeletedBots];
  const looks = chores.map(chore => oneAtATime(deps, chore, ended.signal));
  const look = (waitMs?: number) => {
    for (const each of looks) void each(waitMs);
  };
  const lookForAll = () => look(0);
  const timer = setInterval(() => look(), SWEEP_INTERVAL_MS);
  const endTelling = deps.redis?.onReady(lookForAll);
  lookForAll();
  return () => {
    ended.abort();
    clearInterval(timer);
    endTelling?.();
  };
}

type Chore = (deps: Deps, waitMs?: number) => Promise<void>;

function oneAtATime(deps: Deps, chore: Chore, ended: AbortSignal): (waitMs?: number) => Promise<void> {
  let isRunning = false;
  return async waitMs => {
    if (isRunning) return;
    isRunning = true;
    await chore(deps, waitMs).catch(error => {
      const isNews = !ended.aborted && !(error instanceof Unavailable); // else the database may be closed
      deps.log[isNews ? 'error' : 'debug'](error, 'The sweep failed.');
    });
    isRunning = false;
  };
}

async function addLostReplies({ db, queue }: Deps, waitMs?: number): Promise<void> {
  for (const attempt of await findLostReplies(db, waitMs)) await queue.add('write-reply', attempt);
}

async function forgetWords({ db }: Deps): Promise<void> {
  await forgetDeletedWords(db);
}
