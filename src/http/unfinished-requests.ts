import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance, RouteOptions } from 'fastify';

/** Much longer than any handler works for somebody who has left. */
const PATIENCE_MS = 5_000;

/**
 * Keeps the application from having closed before all its handlers have come to their end. The server waits for those
 * whose clients wait; who has left is still asked for, say, and what is done for them needs the database.
 */
export function finishRequests(app: FastifyInstance): void {
  const unfinished = new Set<Promise<unknown>>();

  function watched(handler: RouteOptions['handler']): RouteOptions['handler'] {
    return function (...request) {
      const result: unknown = handler.apply(this, request);
      if (result instanceof Promise) {
        unfinished.add(result);
        const forget = () => unfinished.delete(result);
        result.then(forget, forget);
      }
      return result;
    };
  }

  app.addHook('onRoute', route => {
    route.handler = watched(route.handler);
  });
  app.addHook('onClose', async () => {
    await Promise.race([Promise.allSettled(unfinished), delay(PATIENCE_MS, undefined, { ref: false })]);
  });
}
