import type { Attempt } from '../src/models/attempt.ts';

/** The jobs there are, and what each is told. */
export interface Jobs {
  'write-reply': Attempt;
}

/** What runs the jobs of each name. The signal fires when the process is about to end: settle what is open. */
export type Handlers = {
  readonly [Name in keyof Jobs]: (payload: Jobs[Name], shutdown: AbortSignal) => Promise<void>;
};

/** Work that is done later, by whichever process runs jobs. */
export interface Queue {
  /**
   * Adds a job; a job with the same id that waits or runs already is left as it is. Never fails: a job that cannot be
   * added now is left to the sweep.
   */
  add<Name extends keyof Jobs>(name: Name, payload: Jobs[Name]): Promise<void>;
  /** Begins to run jobs here. */
  work(handlers: Handlers): void;
  /** Takes no new job, gives running ones `graceMs` to end, then tells the rest to settle, and waits for them. */
  close(graceMs: number): Promise<void>;
}

/** The same for the same attempt, so that a job that is added twice runs once. */
export function jobId({ messageId, attempt }: Attempt): string {
  return `${messageId}-${attempt}`;
}
