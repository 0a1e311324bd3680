import { setTimeout as delay } from 'node:timers/promises';

/** How soon it looks again: the longer it has waited the later, so that a look that costs much is not taken all the time. */
const LOOK_AGAIN = { afterMs: 10, shareOfWait: 0.05 };

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
    await delay(Math.max(LOOK_AGAIN.afterMs, waitedMs() * LOOK_AGAIN.shareOfWait));
  }
  throw new Error(`Not within ${seconds} s: ${look}`);
}
