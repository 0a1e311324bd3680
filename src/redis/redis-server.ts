import type { Redis, RedisOptions } from 'ioredis';
import type { Ears, Wire } from './wire.ts';

export type ConnectionOptions = Omit<RedisOptions, 'replyMapping'>;

/** The Redis that several processes share. Its connections come back by themselves. */
export interface RedisServer {
  /** For short commands. */
  readonly commands: Redis;
  /** Opens another connection, to wait on. */
  connect(options: ConnectionOptions): Redis;
  /** Opens what carries texts between the processes. */
  openWire(ears: Ears): Wire;
  /** Whether all of it can be reached now. */
  readonly isReady: boolean;
  /** Tells each time when all of it can be reached again. @returns what ends the telling */
  onReady(listener: () => void): () => void;
  close(): void;
}
