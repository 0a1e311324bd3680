import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import SQLite from 'better-sqlite3';
import {
  CompiledQuery,
  type DatabaseConnection,
  type SqliteDatabase,
  SqliteDialect,
  SqliteDriver,
  type TransactionSettings,
} from 'kysely';
import { SqliteEngine } from './sqlite-engine.ts';
import { BUSY_TIMEOUT_MS } from './waiting.ts';

const MOST_STATEMENTS = 500;

/** The file that a `sqlite:` URL names. */
export function databasePath(url: string): string {
  return url.replace(/^sqlite:(\/\/(?=\/))?/, '');
}

/** Opens a file; it and folders that are missing are made. Transactions write one after the other from their beginning. */
export function sqliteDialect(path: string): SqliteDialect {
  return new OwnDialect({ database: keepingStatements(openFile(path)) });
}

class OwnDialect extends SqliteDialect {
  readonly #config: { database: SqliteDatabase };

  constructor(config: { database: SqliteDatabase }) {
    super(config);
    this.#config = config;
  }

  override createDriver() {
    return new ImmediateDriver(this.#config);
  }

  override createAdapter() {
    return new SqliteEngine();
  }
}

/** Kysely's own begins deferred transactions, whose first write fails at once beside another writer. */
class ImmediateDriver extends SqliteDriver {
  override async beginTransaction(
    connection: DatabaseConnection,
    settings?: TransactionSettings,
  ): Promise<void> {
    const begin = settings?.accessMode === 'read only' ? 'begin' : 'begin immediate';
    await connection.executeQuery(CompiledQuery.raw(begin));
  }
}

function openFile(path: string): SQLite.Database {
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
