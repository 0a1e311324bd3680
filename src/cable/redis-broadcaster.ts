import type { FastifyBaseLogger } from 'fastify';
import type { RedisServer } from '../redis/redis-server.ts';
import type { Broadcaster, Listener } from './broadcaster.ts';

/** The first character of what goes over Redis: a message follows, or something before it was lost. */
const MESSAGE = '+';
const GAP = '!';

/** The listeners that this process has for a channel. */
interface Subscription {
  readonly listeners: Set<Listener>;
  /** Resolves once Redis delivers, or once it is known that it will only after a gap. */
  readonly inEffect: Promise<unknown>;
}

/**
 * Broadcasts over Redis to every process that has readers for the channel; this one listens only to channels that have
 * readers here. Whatever an outage may have swallowed is made good when it is over: after a loss of this process's own
 * connection all its listeners hear of the gap, and after a publish that failed those of its channel, in every process.
 */
export function redisBroadcaster(redis: RedisServer, log: FastifyBaseLogger): Broadcaster {
  const subscriptions = new Map<string, Subscription>();
  const unpublished = new Set<string>();

  const wire = redis.openWire({
    receive(channel, text) {
      const message = text.startsWith(MESSAGE) ? text.slice(MESSAGE.length) : undefined;
      for (const listener of subscriptions.get(channel)?.listeners ?? []) deliver(listener, message);
    },
    renewed(channel) {
      for (const listener of subscriptions.get(channel)?.listeners ?? []) listener.missed();
    },
    restored() {
      for (const channel of unpublished) void send(channel, GAP);
    },
    /** What goes wrong while Redis is away is no news. */
    failed(error) {
      if (redis.isReady) log.warn(error, 'A broadcast or a subscription failed.');
    },
  });

  async function send(channel: string, text: string): Promise<void> {
    const isSent = await wire.publish(channel, text);
    if (!isSent) unpublished.add(channel);
    else if (text === GAP) unpublished.delete(channel);
  }

  return {
    /** Does not wait for Redis, so that a slow one delays no writer. */
    async publish(channel, message) {
      if (unpublished.has(channel)) void send(channel, GAP);
      void send(channel, MESSAGE + message);
    },

    async subscribe(channel, listener) {
      const subscription = subscriptions.getOrInsertComputed(channel, () => ({
        listeners: new Set(),
        inEffect: wire.listen(channel),
      }));
      subscription.listeners.add(listener);
      await subscription.inEffect;
      return async () => {
        subscription.listeners.delete(listener);
        if (subscription.listeners.size > 0 || subscriptions.get(channel) !== subscription) return;
        subscriptions.delete(channel);
        wire.leave(channel);
      };
    },

    async close() {
      subscriptions.clear();
      wire.close();
    },
  };
}

function deliver(listener: Listener, message: string | undefined): void {
  if (message === undefined) listener.missed();
  else listener.receive(message);
}
