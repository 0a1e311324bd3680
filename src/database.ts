import { type Dialect, Kysely } from 'kysely';
import type { Connections } from './database/connections.ts';
import { DatabaseError } from './database/database-error.ts';
import { engineOf } from './database/engine.ts';
import { migrate } from './database/migrate.ts';
import { databasePath, sqliteDialect } from './database/sqlite/sqlite-dialect.ts';
import { kindOf, type StatementKind } from './database/statement-kind.ts';
import { Unavailable } from './errors.ts';
import type { Schema } from './schema.ts';

export { now } from './database/clock.ts';
export { type Connections, DatabaseError, databasePath, type StatementKind };

export type Database = Kysely<Schema>;

export interface DatabaseOptions {
  /** How many connections to PostgreSQL this process has at most. */
  readonly connections?: number;
  /** Hears of a connection that broke, or that was not to be had; queries are answered by others, or fail by themselves. */
  readonly onLoss?: (error: Error) => void;
  /** Is told how long each statement took, waiting for locks included, but not for a connection. */
  readonly onQuery?: ((kind: StatementKind, ms: number) => void) | undefined;
}

/**
 * Opens the database and brings its schema up to date.
 * @param url `sqlite:<path>`, where folders that are missing are made, or `postgres://…`
 * @throws DatabaseError when it cannot be written to, or is from a newer version
 */
export async function openDatabase(url: string, options: DatabaseOptions = {}): Promise<Database> {
  const { onQuery } = options;
  let db: Database | undefined;
  try {
    const dialect = isSqlite(url) ? sqliteDialect(databasePath(url)) : await openPostgres(url, options);
    db = new Kysely<Schema>({
      dialect,
      ...(onQuery && { log: event => onQuery(kindOf(event.query), event.queryDurationMillis) }),
    });
    await migrate(db);
    return db;
  } catch (error) {
    await db?.destroy();
    if (error instanceof DatabaseError) throw error;
    throw new DatabaseError(`The database ${placeOf(url)} cannot be used: ${reasonOf(error)}`);
  }
}

/** Its driver is loaded only where there is a server. */
async function openPostgres(url: string, options: DatabaseOptions): Promise<Dialect> {
  return (await import('./database/postgres/postgres-dialect.ts')).postgresDialect(url, options);
}

/** What a person knows the database by, without a password. */
function placeOf(url: string): string {
  if (isSqlite(url)) return databasePath(url);
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}

/** Whether the URL names a file of this machine. */
export function isSqlite(url: string): boolean {
  return url.startsWith('sqlite:');
}

/** Takes what was deleted out of the files, as far as that is the program's to do. Not for use inside a transaction. */
export async function purge(db: Database): Promise<void> {
  await engineOf(db).purge(db);
}

/** The connections that this process has to PostgreSQL; `undefined` with SQLite. */
export function connectionsOf(db: Database): Connections | undefined {
  return engineOf(db).connections();
}

/** A host may have several addresses, each with its own reason why it cannot be reached. */
function reasonOf(error: unknown): string {
  const reason = error instanceof Unavailable ? error.cause : error;
  const [first] = reason instanceof AggregateError ? reason.errors : [reason];
  return first instanceof Error ? first.message : String(first);
}
