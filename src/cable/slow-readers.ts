import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** So much may wait for a reader; past it no live frames are sent until it has taken everything. */
export const MOST_WAITING_BYTES = 256 * 1024;

/** A reader that takes nothing for so long is given up. */
const PATIENCE_MS = 30_000;
/** More than the time between two pings, so that nobody is looked at who takes them. */
const LOOK_MS = 5_000;

/**
 * Calls `giveUp` when a reader has taken nothing of what waits for it for 30 s (35 s at most). Node's own time-out sees
 * what the system below took of a long write, which no count of ours does; but it counts from its first look after the
 * write, so short looks are added up. One at which something was taken tells nobody, and leaves a gap between two others.
 */
export function whenStuck(connection: Socket | ServerResponse, giveUp: () => void): void {
  let stuckSince = Infinity;
  let lastLook = -Infinity;

  connection.setTimeout(LOOK_MS);
  connection.on('timeout', () => {
    const now = performance.now();
    if (connection.writableLength === 0) stuckSince = Infinity;
    else if (stuckSince === Infinity || now - lastLook > 1.5 * LOOK_MS) stuckSince = now - LOOK_MS;
    lastLook = now;
    if (now - stuckSince >= PATIENCE_MS) giveUp();
    else connection.setTimeout(LOOK_MS);
  });
}
