import type { FastifyBaseLogger } from 'fastify';
import { Redis, type RedisOptions } from 'ioredis';

type ConnectionOptions = Omit<RedisOptions, 'replyMapping'>;

/** The Redis server that several processes share. Its connections come back by themselves. */
export interface RedisServer {
  /** For short commands. */
  readonly commands: Redis;
  /** Opens another connection, to listen or to wait on. */
  connect(options: ConnectionOptions): Redis;
  /** Whether commands can be carried out now. */
  readonly isReady: boolean;
  close(): void;
}

/** Longer than a busy process may be deaf itself. */
const SILENCE_MS = 5_000;
/** Commands fail at once while the server is away, and after 5 s when it does not answer. */
export const FAIL_FAST = {
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  socketTimeout: SILENCE_MS,
} as const;
const LONGEST_PAUSE_MS = 1_000;
const SAY_AGAIN_MS = 5_000;
const GONE = 'it closed the connection';

/** Opens the server that `url` names, whether or not it answers yet: while it is away, the log says so every few seconds. */
export function openRedis(url: string, log: FastifyBaseLogger): RedisServer {
  const connections: Redis[] = [];

  function connect(options: ConnectionOptions): Redis {
    const connection = new Redis(url, { ...options, retryStrategy: pauseBefore });
    connection.on('error', error => log.debug(error, 'A connection to Redis failed.'));
    connections.push(connection);
    return connection;
  }

  const commands = connect(FAIL_FAST);
  sayWhenAway(commands, log);

  return {
    commands,
    connect,
    get isReady() {
      return commands.status === 'ready';
    },
    close() {
      for (const connection of connections) connection.disconnect();
    },
  };
}

function pauseBefore(attempt: number): number {
  return Math.min(50 * 2 ** attempt, LONGEST_PAUSE_MS);
}

/** One line when the server goes away and every few seconds until it is back, however often it is tried. */
function sayWhenAway(redis: Redis, log: FastifyBaseLogger): void {
  const { host, port } = redis.options;
  let reason = GONE;
  let saidAt = Number.NEGATIVE_INFINITY;
  redis.on('error', error => {
    reason = reasonFrom(error);
  });
  redis.on('close', () => {
    if (redis.status === 'end' || performance.now() - saidAt < SAY_AGAIN_MS) return;
    saidAt = performance.now();
    log.warn(`Redis at ${host}:${port} cannot be reached (${reason}). Replies wait until it is back.`);
  });
  redis.on('ready', () => {
    if (saidAt > Number.NEGATIVE_INFINITY) log.info(`Redis at ${host}:${port} is back.`);
    saidAt = Number.NEGATIVE_INFINITY;
    reason = GONE;
  });
}

function reasonFrom({ message }: Error): string {
  if (message.startsWith('NOAUTH')) return 'it wants a password, which belongs into REDIS_URL';
  if (message.startsWith('WRONGPASS')) return 'it refuses the password in REDIS_URL';
  return message;
}
