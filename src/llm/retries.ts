import { setTimeout as delay } from 'node:timers/promises';
import type { ReplyEvent } from './exchange.ts';
import { UpstreamFault } from './faults.ts';

const RETRIES = 3;
const FIRST_DELAY_MS = 500;
/** How long a person may be kept waiting between attempts, all in all. */
const PATIENCE_MS = 20_000;

/**
 * Asks anew when an attempt failed before anything came and the fault may pass by itself; never after the first token,
 * which has been seen by then.
 * @throws UpstreamFault of the last attempt
 */
export async function* withRetries(
  attempt: () => AsyncIterable<ReplyEvent>,
  signal: AbortSignal,
): AsyncGenerator<ReplyEvent> {
  const pauses = new Pauses();
  while (!signal.aborted) {
    let began = false;
    try {
      for await (const event of attempt()) {
        began = true;
        yield event;
      }
      return;
    } catch (error) {
      const pause = began ? undefined : pauses.after(error);
      if (pause === undefined) throw error;
      await abortableDelay(pause, signal);
    }
  }
}

/** How long to wait before the next attempt: what the server asks for, else twice as long each time, with jitter. */
export class Pauses {
  #taken = 0;
  #patienceMs = PATIENCE_MS;

  /** @returns milliseconds, or `undefined` when there is to be no further attempt */
  after(error: unknown): number | undefined {
    if (!(error instanceof UpstreamFault) || !error.mayPass || this.#taken === RETRIES) return undefined;
    const backoff = FIRST_DELAY_MS * 2 ** this.#taken;
    const pause = error.retryAfterMs ?? backoff * (0.5 + Math.random() / 2);
    this.#taken += 1;
    this.#patienceMs -= pause;
    return this.#patienceMs >= 0 ? pause : undefined;
  }
}

async function abortableDelay(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
