import type { FastifyBaseLogger } from 'fastify';
import { FAIL_FAST, type RedisServer } from '../redis.ts';
import type { Broadcaster, Listener } from './broadcaster.ts';

/** The first character of what goes over Redis: a message follows, or something before it was lost. */
const MESSAGE = '+';
const GAP = '!';
/** A connection that only listens would never notice that nobody is there any more. */
const PING_INTERVAL_MS = 3_000;

/** The listeners that this process has for a channel. */
interface Subscription {
  readonly listeners: Set<Listener>;
  /** Resolves once Redis delivers, or once it is known that it will only after a gap. */
  readonly inEffect: Promise<void>;
}

/**
 * Broadcasts over Redis to every process that has readers for the channel; this one listens on one connection, and
 * only to channels that have readers here. Whatever an outage may have swallowed is made good when it is over: after
 * a loss of this process's own connection all its listeners hear of the gap, and after a publish that failed those
 * of its channel, in every process.
 */
export function redisBroadcaster(redis: RedisServer, log: FastifyBaseLogger): Broadcaster {
  const subscriptions = new Map<string, Subscription>();
  const unpublished = new Set<string>();
  const subscriber = redis.connect({ ...FAIL_FAST, autoResubscribe: false });

  const pings = setInterval(() => {
    if (subscriber.status === 'ready') subscriber.ping().catch(report);
  }, PING_INTERVAL_MS);

  subscriber.on('message', (channel: string, text: string) => {
    const message = text.startsWith(MESSAGE) ? text.slice(MESSAGE.length) : undefined;
    for (const listener of subscriptions.get(channel)?.listeners ?? []) deliver(listener, message);
  });
  subscriber.on('ready', () => void resume());
  redis.commands.on('ready', () => {
    for (const channel of unpublished) send(channel, GAP);
  });

  /** Takes up all subscriptions on a connection that is new, and has missed what came before it. */
  async function resume(): Promise<void> {
    const channels = [...subscriptions.keys()];
    if (channels.length === 0) return;
    await listen(channels);
    for (const channel of channels) {
      for (const listener of subscriptions.get(channel)?.listeners ?? []) listener.missed();
    }
  }

  /** Where the connection is lost, the next one resumes. */
  async function listen(channels: readonly string[]): Promise<void> {
    if (subscriber.status === 'ready') await subscriber.subscribe(...channels).catch(report);
  }

  /** What goes wrong while Redis is away is no news. */
  function report(error: Error): void {
    if (redis.isReady) log.warn(error, 'A broadcast or a subscription failed.');
  }

  function send(channel: string, text: string): void {
    redis.commands.publish(channel, text).then(
      () => text === GAP && unpublished.delete(channel),
      error => {
        unpublished.add(channel);
        report(error);
      },
    );
  }

  return {
    /** Does not wait for Redis, so that a slow one delays no writer. */
    async publish(channel, message) {
      if (unpublished.has(channel)) send(channel, GAP);
      send(channel, MESSAGE + message);
    },

    async subscribe(channel, listener) {
      const subscription = subscriptions.getOrInsertComputed(channel, () => ({
        listeners: new Set(),
        inEffect: listen([channel]),
      }));
      subscription.listeners.add(listener);
      await subscription.inEffect;
      return async () => {
        subscription.listeners.delete(listener);
        if (subscription.listeners.size > 0 || subscriptions.get(channel) !== subscription) return;
        subscriptions.delete(channel);
        if (subscriber.status === 'ready') subscriber.unsubscribe(channel).catch(report);
      };
    },

    async close() {
      clearInterval(pings);
      subscriptions.clear();
      subscriber.disconnect();
    },
  };
}

function deliver(listener: Listener, message: string | undefined): void {
  if (message === undefined) listener.missed();
  else listener.receive(message);
}
