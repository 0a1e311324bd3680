import process from 'node:process';
import { Redis } from 'ioredis';
import { loadConfig } from '../src/config.ts';
import { clusterAddress } from '../src/redis/cluster-address.ts';
import { ConfigError } from '../src/settings.ts';

// Says whether the worker in this container lives. It has no port to ask, but it speaks with Redis at least every 5 s,
// busy or idle: BullMQ looks for stalled jobs. One that hangs keeps its connections, and falls silent.

const LONGEST_SILENCE_S = 15;

/** Ends with the first fault. */
const ONCE = { maxRetriesPerRequest: 0, retryStrategy: () => null };

const { redisUrl, redisCluster } = loadConfig();
if (!redisUrl) throw new ConfigError('REDIS_URL is not set, so there is no worker.');
const servers = redisCluster ? await mastersOf(redisUrl) : [new Redis(redisUrl, ONCE)];
const silences = await Promise.all(servers.map(shortestSilence));
const lives = Math.min(...silences) <= LONGEST_SILENCE_S;
console.log(`The worker ${lives ? 'speaks' : 'does not speak'} with Redis.`);
process.exitCode = lives ? 0 : 1;

/** Connects to those of a cluster, as the first of its nodes that answers names them: a worker speaks with each. */
async function mastersOf(urls: string): Promise<Redis[]> {
  const { nodes, credentials } = clusterAddress(urls);
  const slots = await Promise.any(
    nodes.map(node => slotsFrom(new Redis({ ...node, ...credentials, ...ONCE }))),
  );
  const masters = new Map(slots.map(([, , node]) => [node?.slice(0, 2).join(':'), node]));
  return [...masters.values()].flatMap(node => {
    const [host, port] = node ?? [];
    return host && port ? new Redis({ ...credentials, ...ONCE, host, port }) : [];
  });
}

/** Asks a node who has the slots, and leaves in order, so that it knows of us no more. */
async function slotsFrom(redis: Redis) {
  redis.on('error', () => {}); // the answer tells
  const slots = await redis.cluster('SLOTS');
  await redis.quit();
  return slots;
}

/** Of the connections from this address but our own, in seconds. @throws when Redis does not answer */
async function shortestSilence(redis: Redis): Promise<number> {
  try {
    const ownId = await redis.client('ID');
    const clients = String(await redis.client('LIST'))
      .trim()
      .split('\n')
      .map(clientFrom);
    const address = clients.find(({ id }) => id === ownId)?.address;
    const others = clients.filter(client => client.id !== ownId && client.address === address);
    return Math.min(...others.map(({ idleSeconds }) => idleSeconds));
  } finally {
    redis.disconnect();
  }
}

/** A line of CLIENT LIST: `id=3 addr=172.18.0.4:40312 … idle=2 …`. */
function clientFrom(line: string) {
  const fields = new Map(line.split(' ').map(field => field.split(/=(.*)/s, 2) as [string, string]));
  return {
    id: Number(fields.get('id')),
    address: fields.get('addr')?.replace(/:\d+$/, ''),
    idleSeconds: Number(fields.get('idle')),
  };
}
