import { type Cluster, Command } from 'ioredis';
import type { ShardEars } from './shard-wire.ts';
import type { Ears, Wire } from './wire.ts';

/** Between a sign that slots have moved and the look at where they are: the nodes hear of it one after the other. */
const LOOK_AFTER_MS = 100;

/** Opens the wire of one shard: `node` is its master, `host:port`. */
type OpenShard = (node: string, ears: ShardEars, lookAgain: () => void) => Wire;

/**
 * A wire over the masters of a cluster. A channel lives on the shard that has its slot, and only there; it moves along
 * when the slot does, or when a replica takes over, and its listeners are told of the gap.
 */
export function clusterWire(cluster: Cluster, openShard: OpenShard, ears: Ears): Wire {
  const shards = new Map<string, Wire>();
  /** Where each channel is listened to; `undefined` for one that no shard has taken yet. */
  const homes = new Map<string, string | undefined>();
  let look: NodeJS.Timeout | undefined;

  cluster.on('refresh', follow);

  /** Does what the slots now ask for. */
  function follow(): void {
    const masters = new Set(cluster.slots.flatMap(([master]) => master ?? []));
    for (const [node, shard] of shards) {
      if (masters.has(node)) continue;
      shards.delete(node);
      shard.close();
    }
    for (const node of masters) shards.getOrInsertComputed(node, open);
    for (const [channel, home] of homes) if (home !== nodeOf(channel)) void move(channel, home);
    ears.restored();
  }

  function open(node: string): Wire {
    const refused = (channel: string, isMoved: boolean) => {
      if (homes.get(channel) === node) homes.set(channel, undefined); // the next look finds it a home
      if (isMoved) lookSoon();
    };
    return openShard(node, { ...ears, refused, misdirected: lookSoon }, lookSoon);
  }

  function lookSoon(): void {
    look ??= setTimeout(() => {
      look = undefined;
      if (cluster.status === 'ready') cluster.refreshSlotsCache();
    }, LOOK_AFTER_MS).unref();
  }

  function nodeOf(channel: string): string | undefined {
    const slot = new Command('spublish', [channel]).getSlot();
    return slot === null ? undefined : cluster.slots[slot]?.[0];
  }

  async function move(channel: string, home: string | undefined): Promise<void> {
    if (home !== undefined) shards.get(home)?.leave(channel);
    if (await settle(channel)) ears.renewed(channel);
  }

  async function settle(channel: string): Promise<boolean> {
    const home = nodeOf(channel);
    homes.set(channel, home);
    const shard = home === undefined ? undefined : shards.get(home);
    return shard ? await shard.listen(channel) : false;
  }

  return {
    get isReady() {
      return shards.size > 0 && [...shards.values()].every(shard => shard.isReady);
    },

    async publish(channel, text) {
      const shard = shards.get(nodeOf(channel) ?? '');
      return shard ? await shard.publish(channel, text) : false;
    },

    listen: settle,

    leave(channel) {
      const home = homes.get(channel);
      homes.delete(channel);
      if (home !== undefined) shards.get(home)?.leave(channel);
    },

    close() {
      cluster.off('refresh', follow);
      clearTimeout(look);
      for (const shard of shards.values()) shard.close();
    },
  };
}
