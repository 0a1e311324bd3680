import process from 'node:process';
import { Redis } from 'ioredis';
import { loadConfig } from '../src/config.ts';
import { ConfigError } from '../src/settings.ts';

// Says whether the worker in this container lives. It has no port to ask, but it speaks with Redis at least every 5 s,
// busy or idle: BullMQ looks for stalled jobs. One that hangs keeps its connections, and falls silent.

const LONGEST_SILENCE_S = 15;

const { redisUrl } = loadConfig();
if (!redisUrl) throw new ConfigError('REDIS_URL is not set, so there is no worker.');
const lives = (await shortestSilence(redisUrl)) <= LONGEST_SILENCE_S;
console.log(`The worker ${lives ? 'speaks' : 'does not speak'} with Redis.`);
process.exitCode = lives ? 0 : 1;

/** Of the connections from this address but our own, in seconds. @throws when Redis does not answer */
async function shortestSilence(url: string): Promise<number> {
  const redis = new Redis(url, { maxRetriesPerRequest: 0, retryStrategy: () => null });
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
