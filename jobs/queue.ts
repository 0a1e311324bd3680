import type { Attempt } from '../src/models/attempt.ts';
import type { Naming } from '../src/models/naming.ts';

/** The jobs there are, and what each is told. */
export interface Jobs {
  'write-reply': Attempt;
  'name-conversation': Naming;
}

/**
 * What runs the jobs of each name. The signal fires when the process is about to end: settle what is open. Jobs are told
 * how long they waited to be begun.
 */
export type Handlers = {
  readonly [Name in keyof Jobs]: (
    payload: Jobs[Name],
    shutdown: AbortSignal,
    waitedMs: number,
  ) => Promise<void>;
};

/** The jobs that nobody has begun yet. */
export interface Backlog {
  readonly waiting: number;
  /** How long the first of them has waited, or 0. */
  readonly oldestWaitMs: number;
}

/** Work that is done later, by whichever process runs jobs. */
export interface Queue {
  /**
   * Adds a job; a job with the same id that waits or runs already is left as it is. Never fails: a reply whose job
   * cannot be added now is left to the sweep, and a conversation that is to be named to its next reply.
   */
  add<Name extends keyof Jobs>(name: Name, payload: Jobs[Name]): Promise<void>;
  /** Begins to run jobs here. */
  work(handlers: Handlers): void;
  /** What waits in the queue, also for other processes; `undefined` where that cannot be found out just now. */
  backlog(): Promise<Backlog | undefined>;
  /** Takes no new job, gives running ones `graceMs` to end, then tells the rest to settle, and waits for them. */
  close(graceMs: number): Promise<void>;
}

/** Runs a job by its name. */
export function runJob<Name extends keyof Jobs>(
  handlers: Handlers,
  name: Name,
  payload: Jobs[Name],
  shutdown: AbortSignal,
  waitedMs: number,
): Promise<void> {
  return handlers[name](payload, shutdown, waitedMs);
}

/** The same for the same job, so that one that is added twice runs once. It holds no `:`, which BullMQ refuses. */
export function jobId<Name extends keyof Jobs>(name: Name, payload: Jobs[Name]): string {
  return `${name}-${TOLD_APART[name](payload)}`;
}

/** What tells jobs of one name apart. */
const TOLD_APART: { readonly [Name in keyof Jobs]: (payload: Jobs[Name]) => string } = {
  'write-reply': ({ messageId, attempt }) => `${messageId}-${attempt}`,
  'name-conversation': ({ questionId }) => questionId,
};
