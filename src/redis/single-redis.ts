import type { FastifyBaseLogger } from 'fastify';
import { Redis } from 'ioredis';
import { FAIL_FAST, pauseBefore } from './connections.ts';
import type { ConnectionOptions, RedisServer } from './redis-server.ts';
import { sayWhenAway } from './say-when-away.ts';
import { serverWire } from './server-wire.ts';

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
  const { host, port } = commands.options;
  sayWhenAway(commands, `Redis at ${host}:${port}`, log);

  return {
    commands,
    connect,
    openWire: ears => serverWire({ publisher: commands, listener: connect(FAIL_FAST) }, ears),
    get isReady() {
      return commands.status === 'ready';
    },
    onReady(listener) {
      commands.on('ready', listener);
      return () => void commands.off('ready', listener);
    },
    close() {
      for (const connection of connections) connection.disconnect();
    },
  };
}
