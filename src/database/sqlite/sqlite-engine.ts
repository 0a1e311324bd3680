import { SqliteAdapter, type Transaction } from 'kysely';
import type { Database } from '../../database.ts';
import type { Schema } from '../../schema.ts';
import type { Engine } from '../engine.ts';
import { purge } from './purge.ts';
import { sqliteFullText } from './sqlite-full-text.ts';
import { waitingFor } from './waiting.ts';

/** Another process may be bringing the schema up to date, which takes longer the more there is to index. */
const MIGRATION_TIMEOUT_MS = 600_000;

/** SQLite has one writer at a time: a transaction that may write keeps all others out, from its beginning on. */
export class SqliteEngine extends SqliteAdapter implements Engine {
  readonly fullText = sqliteFullText;
  readonly purge = purge;

  /** It can do so; Kysely does not count on it, and would not migrate within a transaction. */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }

  async exclusively<Result>(
    db: Database,
    work: (trx: Transaction<Schema>) => Promise<Result>,
  ): Promise<Result> {
    return await waitingFor(db, MIGRATION_TIMEOUT_MS, connection => connection.transaction().execute(work));
  }

  async lockPerson(): Promise<void> {}

  connections(): undefined {}

  async createClock(): Promise<void> {}

  async easeGrowth(): Promise<void> {}
}
