import { setTimeout as delay } from 'node:timers/promises';
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import type { Dependencies } from '../dependencies.ts';
import { TooManyRequests } from '../errors.ts';
import { userOf } from './sessions.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** Counts a question of the request's user. @throws TooManyRequests past the limit */
    limitAsking(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  }
}

/** How long somebody who asks waits to be counted. */
const PATIENCE_MS = 250;

/** Lets each user ask only so often: every question costs the model's time. Nobody is refused for want of a count. */
export async function askLimit(
  app: FastifyInstance,
  { redis, log }: Pick<Dependencies, 'redis' | 'log'>,
  { asksPerMinute }: Pick<Config, 'asksPerMinute'>,
): Promise<void> {
  await app.register(rateLimit, {
    global: false,
    max: asksPerMinute,
    timeWindow: '1 minute',
    // Whoever sends no cookie is another guest each time, but always at the same address.
    keyGenerator: request => (request.isNewGuest ? request.ip : userOf(request).id),
    redis: redis?.commands,
    nameSpace: 'parley:asks:',
  });
  const count = app.createRateLimit();

  app.decorate('limitAsking', async (request: FastifyRequest, reply: FastifyReply) => {
    const limit = await Promise.race([
      count(request).catch(error => log.debug(error, 'A question could not be counted.')),
      delay(PATIENCE_MS, undefined, { ref: false }),
    ]);
    if (!limit) log.warn('A question could not be counted, and is let through.');
    if (!limit || limit.isAllowed || !limit.isExceeded) return;
    reply.header('retry-after', limit.ttlInSeconds);
    throw new TooManyRequests(
      `You have asked more than ${asksPerMinute} ${asksPerMinute === 1 ? 'question' : 'questions'} in a minute. Try again in ${limit.ttlInSeconds} seconds.`,
    );
  });
}
