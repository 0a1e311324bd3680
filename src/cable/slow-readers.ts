import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** So much may wait for a reader; past it no live frames are sent until it has taken everything. */
export const MOST_WAITING_BYTES = 256 * 1024;

/** More than the time between two pings, so that nobody is looked at who takes them. */
const LOOK_MS = 5_000;
/** A look at which something was taken is followed by another; that two come so close says that there was none. */
const TWO_LOOKS_MS = 1.9 * LOOK_MS;
/** A reader that takes nothing for 30 s is given up. */
const PATIENCE_LOOKS = 6;

/**
 * Calls `giveUp` when a reader has taken nothing of what waits for it for 30 s (35 s at most). Node's own time-out sees
 * what the system below took of a long write, which no count of ours does; but it counts from its first look after the
 * write, so short looks are counted. One at which something was taken tells nobody, and leaves a gap between two others.
 */
export function whenStuck(connection: Socket | ServerResponse, giveUp: () => void): void {
  let looks = 0;
  let lastLook = -Infinity;

  connection.setTimeout(LOOK_MS);
  connection.on('timeout', () => {
    const now = performance.now();
    const isNext = now - lastLook < TWO_LOOKS_MS;
    lastLook = now;
    if (connection.writableLength === 0) looks = 0;
    else looks = isNext ? looks + 1 : 1;
    if (looks === PATIENCE_LOOKS) giveUp();
    else connection.setTimeout(LOOK_MS);
  });
}
