import { type Expression, PostgresAdapter, sql, type Transaction } from 'kysely';
import type { Pool } from 'pg';
import type { Database } from '../../database.ts';
import type { Schema } from '../../schema.ts';
import type { Connections } from '../connections.ts';
import type { AnyTables, Engine } from '../engine.ts';
import { postgresFullText } from './postgres-full-text.ts';

/** Any number will do, if nothing else in the same database takes it. */
const MIGRATION_LOCK = 7_275_393_921;

/** PostgreSQL has many writers at a time: what is to come one after the other locks a row. */
export class PostgresEngine extends PostgresAdapter implements Engine {
  readonly fullText = postgresFullText;
  readonly #pool: Pool;

  constructor(pool: Pool) {
    super();
    this.#pool = pool;
  }

  /** `exclusively` has locked already, until the transaction ends. */
  override async acquireMigrationLock(): Promise<void> {}
  override async releaseMigrationLock(): Promise<void> {}

  async exclusively<Result>(
    db: Database,
    work: (trx: Transaction<Schema>) => Promise<Result>,
  ): Promise<Result> {
    return await db.transaction().execute(async trx => {
      await sql`SELECT pg_advisory_xact_lock(${sql.lit(MIGRATION_LOCK)})`.execute(trx);
      return await work(trx);
    });
  }

  /** Rows that only point to the person's come and go meanwhile. */
  async lockPerson(trx: Database, id: string | Expression<string>): Promise<void> {
    await trx.selectFrom('users').where('id', '=', id).select('id').forNoKeyUpdate().execute();
  }

  /** PostgreSQL vacuums by itself: docs/decisions/2026-11-21-secure-delete.md. */
  async purge(): Promise<void> {}

  connections(): Connections {
    const { totalCount, idleCount: idle, waitingCount: waiting } = this.#pool;
    return { inUse: totalCount - idle, idle, waiting };
  }

  async createClock(db: AnyTables): Promise<void> {
    await sql`
      CREATE FUNCTION unixepoch(text) RETURNS double precision LANGUAGE sql STABLE PARALLEL SAFE
      AS 'SELECT extract(epoch FROM statement_timestamp())::double precision'`.execute(db);
  }

  /**
   * A text of more than 2 kB is compressed anew by each update: by LZ4 in a fraction of the time that PostgreSQL's own
   * way takes. Where the server was built without it, all stays as it is.
   */
  async easeGrowth(db: AnyTables): Promise<void> {
    await sql`
      DO $$ BEGIN
        ALTER TABLE messages ALTER content SET COMPRESSION lz4, ALTER reasoning SET COMPRESSION lz4;
      EXCEPTION WHEN feature_not_supported THEN NULL;
      END $$`.execute(db);
  }
}
