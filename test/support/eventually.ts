import { setTimeout as delay } from 'node:timers/promises';

/** How soon it looks again: the longer it has waited the later, but soon enough to see what passes. */
const LOOK_AGAIN = { soonestMs: 10, latestMs: 100, shareOfWait: 0.05 };

/**
 * Waits until `look` finds something (not `undefined`, not `false`).
 * @param seconds how long it looks and pauses in all; a pause in which the process is held up counts as no longer one
 * @throws when it has not come by then
 */
export async function eventually<Result>(
  look: () => Result | Promise<Result>,
  seconds = 10,
): Promise<Exclude<Result, undefined | false>> {
  for (let waitedMs = 0; ; ) {
    const begun = performance.now();
    const found = await look();
    waitedMs += performance.now() - begun;
    if (found !== undefined && found !== false) return found as Exclude<Result, undefined | false>;
    if (waitedMs >= seconds * 1000) throw new Error(`Not within ${seconds} s: ${look}`);
    const { soonestMs, latestMs, shareOfWait } = LOOK_AGAIN;
    const pauseMs = Math.min(Math.max(waitedMs * shareOfWait, soonestMs), latestMs);
    await delay(pauseMs);
    waitedMs += pauseMs;
  }
}
