import type { FastifyBaseLogger } from 'fastify';
import { Cluster, Redis } from 'ioredis';
import { clusterAddress } from './cluster-address.ts';
import { clusterWire } from './cluster-wire.ts';
import { FAIL_FAST, pauseBefore } from './connections.ts';
import type { ConnectionOptions, RedisServer } from './redis-server.ts';
import { sayWhenAway } from './say-when-away.ts';
import { type ShardEars, shardWire } from './shard-wire.ts';
import type { Wire } from './wire.ts';

/** How often it looks for slots that have moved without a sign. */
const SLOTS_INTERVAL_MS = 5_000;

/**
 * Opens the cluster that `urls`, one address or several separated by commas, has as nodes, whether or not any answers
 * yet. Broadcasts stay on the shard that has their channel.
 */
export function openRedisCluster(urls: string, log: FastifyBaseLogger): RedisServer {
  const { nodes, credentials } = clusterAddress(urls);
  const clusters: Cluster[] = [];
  const wires: Wire[] = [];
  const readyListeners = new Set<() => void>();

  function connect({ enableOfflineQueue, ...options }: ConnectionOptions): Cluster {
    const cluster = new Cluster([...nodes], {
      enableOfflineQueue: enableOfflineQueue ?? true,
      redisOptions: { ...credentials, ...options },
      slotsRefreshInterval: SLOTS_INTERVAL_MS,
      clusterRetryStrategy: pauseBefore,
      // A certificate is made out to a name.
      ...(credentials.tls ? { dnsLookup: (name, found) => found(null, name) } : {}),
    });
    cluster.on('error', error => log.debug(error, 'A connection to the Redis Cluster failed.'));
    clusters.push(cluster);
    return cluster;
  }

  function connectToNode(node: string): Redis {
    const options = { ...credentials, ...FAIL_FAST, ...hostAndPort(node), retryStrategy: pauseBefore };
    const connection = new Redis(options);
    connection.on('error', error => log.debug(error, 'A connection to Redis failed.'));
    return connection;
  }

  function openShard(node: string, ears: ShardEars, lookAgain: () => void): Wire {
    const publisher = connectToNode(node);
    sayWhenAway(publisher, `Redis at ${node}`, log);
    publisher.on('close', lookAgain);
    publisher.on('ready', tellReady);
    return shardWire({ publisher, listener: connectToNode(node) }, ears);
  }

  const commands = connect(FAIL_FAST);
  sayWhenAway(commands, `The Redis Cluster at ${nodes.map(({ host, port }) => `${host}:${port}`)}`, log);
  commands.on('ready', tellReady);

  function isReady(): boolean {
    return commands.status === 'ready' && wires.every(wire => wire.isReady);
  }

  function tellReady(): void {
    if (isReady()) for (const listener of readyListeners) listener();
  }

  return {
    commands,
    connect,

    openWire(ears) {
      const wire = clusterWire(commands, openShard, ears);
      wires.push(wire);
      return wire;
    },

    get isReady() {
      return isReady();
    },

    onReady(listener) {
      readyListeners.add(listener);
      return () => void readyListeners.delete(listener);
    },

    close() {
      for (const wire of wires) wire.close();
      for (const cluster of clusters) cluster.disconnect();
    },
  };
}

/** Of `host:port`, where the host may be an IPv6 address. */
function hostAndPort(node: string) {
  const colon = node.lastIndexOf(':');
  return { host: node.slice(0, colon), port: Number(node.slice(colon + 1)) };
}
