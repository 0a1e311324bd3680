import { setTimeout as delay } from 'node:timers/promises';

const LOOK_AGAIN_MS = 10;

/** Waits until `look` finds something (not `undefined`, not `false`). @throws when it does not within `seconds` */
export async function eventually<Result>(
  look: () => Result | Promise<Result>,
  seconds = 10,
): Promise<Exclude<Result, undefined | false>> {
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const found = await look();
    if (found !== undefined && found !== false) return found as Exclude<Result, undefined | false>;
    await delay(LOOK_AGAIN_MS);
  }
  throw new Error(`Not within ${seconds} s: ${look}`);
}
