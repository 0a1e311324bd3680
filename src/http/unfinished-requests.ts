import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance, RouteOptions } from 'fastify';

/** Much longer than anything works for somebody who has left. */
const PATIENCE_MS = 5_000;

interface Unfinished extends PromiseWithResolvers<void> {
  isHandled: boolean;
}

/**
 * Keeps the application from having closed before all that was begun for a request has come to its end. The server waits
 * for those whose clients wait; who has left is still looked up and asked for, say, and that needs the database.
 */
export function finishRequests(app: FastifyInstance): void {
  const unfinished = new Map<unknown, Unfinished>();

  function finish(request: unknown): void {
    unfinished.get(request)?.resolve();
    unfinished.delete(request);
  }

  function watched(handler: RouteOptions['handler']): RouteOptions['handler'] {
    return function (...given) {
      const request = given.find(each => unfinished.has(each)); // of a WebSocket it comes second
      const entry = unfinished.get(request);
      if (entry) entry.isHandled = true;
      const result: unknown = handler.apply(this, given);
      const end = () => finish(request);
      Promise.resolve(result).then(end, end);
      return result;
    };
  }

  app.addHook('onRoute', route => {
    route.handler = watched(route.handler);
  });
  app.addHook('onRequest', async request => {
    unfinished.set(request, { ...Promise.withResolvers<void>(), isHandled: false });
  });
  // What is answered by a hook, or refused, has no handler.
  app.addHook('onSend', async request => {
    if (!unfinished.get(request)?.isHandled) finish(request);
  });
  app.addHook('onClose', async () => {
    const ends = Promise.all([...unfinished.values()].map(({ promise }) => promise));
    await Promise.race([ends, delay(PATIENCE_MS, undefined, { ref: false })]);
  });
}
