import { mkdirSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import SQLite from 'better-sqlite3';
import {
  CompiledQuery,
  type DatabaseConnection,
  Kysely,
  type SqliteDatabase,
  SqliteDialect,
  SqliteDriver,
  sql,
  type TransactionSettings,
} from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Schema } from './schema.ts';

export type Database = Kysely<Schema>;

/** The database cannot be used; its message is one line that says why. */
export class DatabaseError extends Error {}

/** The database's own clock, in whole milliseconds since 1970, so that leases do not depend on the processes' clocks. */
export const now = sql<number>`CAST(unixepoch('subsec') * 1000 AS INTEGER)`;

const MIGRATIONS = join(import.meta.dirname, '../migrations');
const BUSY_TIMEOUT_MS = 10_000;
/** Another process may be bringing the schema up to date, which takes longer the more there is to index. */
const MIGRATION_TIMEOUT_MS = 600_000;
const MOST_STATEMENTS = 500;
const PURGE_TRIES = 5;
const PURGE_PAUSE_MS = 20;
const LATE_PURGE_MS = 60_000;

/**
 * Opens the database and brings its schema up to date.
 * Transactions take the write lock when they begin, unless their access mode is `read only`.
 * @param url `sqlite:<path>`; folders that are missing are made
 * @throws DatabaseError when the file cannot be written, or is from a newer version
 */
export async function openDatabase(url: string): Promise<Database> {
  const path = databasePath(url);
  try {
    const sqlite = openSqlite(path);
    const db = new Kysely<Schema>({
      dialect: new ImmediateSqliteDialect({ database: keepingStatements(sqlite) }),
    });
    await migrate(db, sqlite);
    return db;
  } catch (error) {
    if (error instanceof DatabaseError) throw error;
    throw new DatabaseError(
      `The database ${path} cannot be used: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/**
 * Takes what was deleted out of the files. SQLite has overwritten it in the database's pages, but its log has them as
 * they were. Where another process reads or writes for longer than a moment, the log is emptied in a minute, or in the
 * one after. A page that SQLite rearranged while several replies grew can, rarely, keep a scrap of one until it is
 * written to again. Not for use inside a transaction.
 */
export async function purge(db: Database): Promise<void> {
  for (let tries = 1; tries <= PURGE_TRIES; tries++) {
    if (await emptyLog(db)) return;
    await delay(PURGE_PAUSE_MS);
  }
  // Whoever closes the database last empties its log: where this process has closed it by then, nothing is left to do.
  setTimeout(() => purge(db).catch(() => {}), LATE_PURGE_MS).unref();
}

/** Waits for nobody, for all of this process would wait. @returns whether the log is empty */
async function emptyLog(db: Database): Promise<boolean> {
  return await db.connection().execute(async connection => {
    await sql`PRAGMA busy_timeout = 0`.execute(connection);
    try {
      const { rows } = await sql<{ busy: number }>`PRAGMA wal_checkpoint(TRUNCATE)`.execute(connection);
      return rows[0]?.busy === 0;
    } finally {
      await sql`PRAGMA busy_timeout = ${sql.lit(BUSY_TIMEOUT_MS)}`.execute(connection);
    }
  });
}

/** The file that a `sqlite:` URL names. */
export function databasePath(url: string): string {
  return url.replace(/^sqlite:(\/\/(?=\/))?/, '');
}

function openSqlite(path: string): SQLite.Database {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const sqlite = new SQLite(path, { timeout: BUSY_TIMEOUT_MS });
  sqlite.pragma('journal_mode = WAL');
  sqlite.pragma('synchronous = NORMAL');
  sqlite.pragma('foreign_keys = ON');
  // Not only while something is deleted: a reply that grows leaves copies behind that no deletion would reach.
  sqlite.pragma('secure_delete = ON');
  return sqlite;
}

/** Kysely prepares each query anew, which is a good part of what one costs. SQLite itself adapts old ones to a new schema. */
function keepingStatements(sqlite: SQLite.Database): SqliteDatabase {
  const statements = new Map<string, SQLite.Statement>();
  return {
    prepare(text) {
      const statement = statements.get(text) ?? sqlite.prepare(text);
      statements.delete(text); // the one used last is the last to go
      statements.set(text, statement);
      const [oldest] = statements.keys();
      if (statements.size > MOST_STATEMENTS && oldest !== undefined) statements.delete(oldest);
      return statement;
    },
    close: () => sqlite.close(),
  };
}

/** Kysely's dialect begins deferred transactions, whose first write fails at once beside another writer. */
class ImmediateSqliteDialect extends SqliteDialect {
  readonly #config: { database: SqliteDatabase };

  constructor(config: { database: SqliteDatabase }) {
    super(config);
    this.#config = config;
  }

  override createDriver() {
    return new ImmediateSqliteDriver(this.#config);
  }
}

class ImmediateSqliteDriver extends SqliteDriver {
  override async beginTransaction(
    connection: DatabaseConnection,
    settings?: TransactionSettings,
  ): Promise<void> {
    const begin = settings?.accessMode === 'read only' ? 'begin' : 'begin immediate';
    await connection.executeQuery(CompiledQuery.raw(begin));
  }
}

/** Runs in one transaction of its own: Kysely's migration lock does nothing on SQLite, and processes start together. */
async function migrate(db: Database, sqlite: SQLite.Database): Promise<void> {
  try {
    sqlite.pragma(`busy_timeout = ${MIGRATION_TIMEOUT_MS}`);
    sqlite.exec('BEGIN IMMEDIATE');
    sqlite.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
    const { error } = await new Migrator({
      db,
      provider: { getMigrations: readMigrations },
    }).migrateToLatest();
    if (error) throw migrationError(error);
    sqlite.exec('COMMIT');
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

async function readMigrations(): Promise<Record<string, Migration>> {
  const files = (await readdir(MIGRATIONS)).filter(file => file.endsWith('.ts'));
  const entries = files.map(
    async file => [file.replace('.ts', ''), await import(join(MIGRATIONS, file))] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

function migrationError(error: unknown): unknown {
  const newer = error instanceof Error && /previously executed migration .* is missing/.test(error.message);
  return newer
    ? new DatabaseError('The database was made by a newer version of Parley: update the program.')
    : error;
}
