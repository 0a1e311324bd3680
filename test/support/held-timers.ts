import type { TestContext } from 'node:test';
import { eventually } from './eventually.ts';

/** Timers of one length, which go off only when the test wants it. */
export interface HeldTimers {
  /** Waits until so many are running. */
  areRunning(count: number): Promise<void>;
  /** Lets all go off that are running. */
  goOff(): void;
}

/** The longest that a timer takes; none is waited for. */
const NEVER_MS = 2 ** 31 - 1;

/** Holds all timers of just this length that are started from now on, until the test ends. */
export function holdTimers(t: TestContext, ms: number): HeldTimers {
  const held = new Map<unknown, () => void>();
  const { setTimeout: start, clearTimeout: clear } = globalThis;
  t.mock.method(globalThis, 'setTimeout', (run: () => void, delay?: number, ...rest: []) => {
    if (delay !== ms) return start(run, delay, ...rest);
    const timer = start(run, NEVER_MS).unref();
    held.set(timer, run);
    return timer;
  });
  t.mock.method(globalThis, 'clearTimeout', (timer: NodeJS.Timeout | undefined) => {
    held.delete(timer);
    clear(timer);
  });
  return {
    async areRunning(count) {
      await eventually(() => held.size === count);
    },
    goOff() {
      for (const [timer, run] of held) {
        held.delete(timer);
        run();
      }
    },
  };
}
