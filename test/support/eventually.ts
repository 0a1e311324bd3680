import { setTimeout as delay } from 'node:timers/promises';

/** How soon it looks again: the longer it has waited the later, but soon enough to see what passes. */
const LOOK_AGAIN = { soonestMs: 10, latestMs: 100, shareOfWait: 0.05 };

/** Waits until `look` finds something (not `undefined`, not `false`). @throws when it does not within `seconds` */
export async function eventually<Result>(
  look: () => Result | Promise<Result>,
  seconds = 10,
): Promise<Exclude<Result, undefined | false>> {
  const start = performance.now();
  const waitedMs = () => performance.now() - start;
  while (waitedMs() < seconds * 1000) {
    const found = await look();
    if (found !== undefined && found !== false) return found as Exclude<Result, undefined | false>;
    const pauseMs = waitedMs() * LOOK_AGAIN.shareOfWait;
    await delay(Math.min(Math.max(pauseMs, LOOK_AGAIN.soonestMs), LOOK_AGAIN.latestMs));
  }
  throw new Error(`Not within ${seconds} s: ${look}`);
}
