import type { Broadcaster, Listener } from './broadcaster.ts';

/** Broadcasts within this process, where nothing can be missed. */
export function inProcessBroadcaster(): Broadcaster {
  const channels = new Map<string, Set<Listener>>();

  return {
    async publish(channel, message) {
      for (const listener of channels.get(channel) ?? []) listener.receive(message);
    },

    async subscribe(channel, listener) {
      const listeners = channels.getOrInsertComputed(channel, () => new Set());
      listeners.add(listener);
      return async () => {
        listeners.delete(listener);
        if (listeners.size === 0 && channels.get(channel) === listeners) channels.delete(channel);
      };
    },

    async close() {
      channels.clear();
    },
  };
}
