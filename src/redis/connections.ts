import type { Redis } from 'ioredis';

/** Longer than a busy process may be deaf itself. */
const SILENCE_MS = 5_000;
const PING_INTERVAL_MS = 3_000;
const LONGEST_PAUSE_MS = 1_000;

/** Commands fail at once while the server is away, and after 5 s when it does not answer. */
export const FAIL_FAST = {
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  autoResubscribe: false,
  maxRetriesPerRequest: 0,
  socketTimeout: SILENCE_MS,
} as const;

/** How long to wait before a connection is tried again, in milliseconds. */
export function pauseBefore(attempt: number): number {
  return Math.min(50 * 2 ** attempt, LONGEST_PAUSE_MS);
}

/** A connection that only listens would never notice that nobody is there any more. @returns what ends the asking */
export function askWhetherThere(listener: Redis, failed: (error: Error) => void): () => void {
  const pings = setInterval(() => {
    if (listener.status === 'ready') listener.ping().catch(failed);
  }, PING_INTERVAL_MS);
  return () => clearInterval(pings);
}
