import type { Cluster, Redis, RedisOptions } from 'ioredis';
import type { Ears, Wire } from './wire.ts';

export type ConnectionOptions = Omit<RedisOptions, 'replyMapping'>;

/** The Redis that several processes share: one server, or a cluster. Its connections come back by themselves. */
export interface RedisServer {
  /** For short commands. The keys of one command, or of one script, have the same `{hash tag}`. */
  readonly commands: Redis | Cluster;
  /** Opens another connection, to wait on. */
  connect(options: ConnectionOptions): Redis | Cluster;
  /** Opens what carries texts between the processes. */
  openWire(ears: Ears): Wire;
  /** Whether all of it can be reached now. */
  readonly isReady: boolean;
  /** Tells each time when all of it can be reached again. @returns what ends the telling */
  onReady(listener: () => void): () => void;
  close(): void;
}
