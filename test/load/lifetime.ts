import process from 'node:process';

/** For as long as something runs: what it started is ended when it is over, the last one first. */
export interface Lifetime {
  after(end: () => unknown): void;
  /** Ends it early: something that it stands on has broken. */
  fail(error: Error): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Does the work, and ends whatever it started: also when it fails, or the process is told to end. */
export async function forAsLongAs<Result>(work: (t: Lifetime) => Promise<Result>): Promise<Result> {
  await using ends = new AsyncDisposableStack();
  const early = Promise.withResolvers<never>();
  const interrupt = (signal: string) => early.reject(new Error(`Ended by ${signal}.`));
  for (const signal of SIGNALS) process.on(signal, interrupt);
  ends.defer(() => {
    for (const signal of SIGNALS) process.off(signal, interrupt);
  });

  const t: Lifetime = {
    after(end) {
      if (ends.disposed) void end();
      else ends.defer(async () => void (await end()));
    },
    fail: early.reject,
  };
  return await Promise.race([work(t), early.promise]);
}
