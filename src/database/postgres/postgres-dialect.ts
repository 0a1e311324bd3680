import { PostgresDialect } from 'kysely';
import pg from 'pg';
import type { DatabaseOptions } from '../../database.ts';
import { OwnDriver, type OwnDriverConfig } from './own-driver.ts';
import { PostgresEngine } from './postgres-engine.ts';

/** As many as pg itself would have. */
const CONNECTIONS = 10;
/** A server that does not answer is not waited for any longer, nor are others of this process that have all connections. */
const CONNECT_TIMEOUT_MS = 10_000;
/** A process that froze in a transaction, or was cut off, keeps what it has locked for so long. */
const FROZEN_TRANSACTION_MS = 10_000;

/** PostgreSQL by a pool of connections. */
export function postgresDialect(
  url: string,
  { connections = CONNECTIONS, onLoss = () => {} }: DatabaseOptions,
): PostgresDialect {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: FROZEN_TRANSACTION_MS,
    keepAlive: true,
    application_name: 'parley',
    types: { getTypeParser },
  });
  // A connection that breaks would end the process if nobody listened. It may say so twice: why, and that it is gone.
  pool.on('connect', client => client.once('error', onLoss).on('error', () => {}));
  pool.on('error', () => {}); // hears the same of those that are idle
  return new OwnDialect({ pool, onLoss });
}

class OwnDialect extends PostgresDialect {
  readonly #config: OwnDriverConfig;

  constructor(config: OwnDriverConfig) {
    super(config);
    this.#config = config;
  }

  override createDriver() {
    return new OwnDriver(this.#config);
  }

  override createAdapter() {
    return new PostgresEngine(this.#config.pool);
  }
}

/** Whole numbers of 8 bytes are numbers, as on SQLite: ours are times and counts, far below 2^53. */
const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: 'text' | 'binary') =>
  oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format as 'text');
