import type { FastifyBaseLogger } from 'fastify';
import type { Cluster, Redis } from 'ioredis';

const SAY_AGAIN_MS = 5_000;
const GONE = 'it closed the connection';

/** One line when the server goes away and every few seconds until it is back, however often it is tried. */
export function sayWhenAway(redis: Redis | Cluster, name: string, log: FastifyBaseLogger): void {
  let reason = GONE;
  let saidAt = Number.NEGATIVE_INFINITY;
  redis.on('error', (error: Error) => {
    reason = reasonFrom(error);
  });
  redis.on('reconnecting', () => {
    if (performance.now() - saidAt < SAY_AGAIN_MS) return;
    saidAt = performance.now();
    log.warn(`${name} cannot be reached (${reason}). Replies wait until it is back.`);
  });
  redis.on('ready', () => {
    if (saidAt > Number.NEGATIVE_INFINITY) log.info(`${name} is back.`);
    saidAt = Number.NEGATIVE_INFINITY;
    reason = GONE;
  });
}

/** A cluster wraps what its last node said. */
function reasonFrom(error: Error & { readonly lastNodeError?: Error }): string {
  const { message } = error.lastNodeError ?? error;
  if (message.startsWith('NOAUTH')) return 'it wants a password, which belongs into REDIS_URL';
  if (message.startsWith('WRONGPASS')) return 'it refuses the password in REDIS_URL';
  return message;
}
