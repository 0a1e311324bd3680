import type { Expression, Kysely, Transaction } from 'kysely';
import type { Database } from '../database.ts';
import type { Schema } from '../schema.ts';
import type { Connections } from './connections.ts';
import type { FullText } from './full-text.ts';

/** What each kind of database does in its own way. All else is the same SQL on both, and does not ask which it is. */
export interface Engine {
  readonly fullText: FullText;

  /** Runs `work` in a transaction that is the only one of this kind, in all processes. */
  exclusively<Result>(db: Database, work: (trx: Transaction<Schema>) => Promise<Result>): Promise<Result>;

  /** Lets no other transaction that locks this person go on until this one ends. */
  lockPerson(trx: Database, id: string | Expression<string>): Promise<void>;

  /** Takes what was deleted out of the files, where the database does not do so by itself. Not inside a transaction. */
  purge(db: Database): Promise<void>;

  /** The connections that this process has to a server, where there is one. */
  connections(): Connections | undefined;

  /** Makes what `now` asks for the time, where the database does not have it. */
  createClock(db: AnyTables): Promise<void>;

  /** Prepares the table of messages for rows that are written anew with each batch, where that has a price. */
  easeGrowth(db: AnyTables): Promise<void>;
}

/** A database of which the tables are not known, as in migrations. */
// biome-ignore lint/suspicious/noExplicitAny: as in Kysely's own Migration
export type AnyTables = Kysely<any>;

/** The engine of a database, or of a transaction in it: the adapter of its dialect, which goes with both. */
export function engineOf(db: AnyTables): Engine {
  const { adapter } = db.getExecutor();
  if (isEngine(adapter)) return adapter;
  throw new TypeError('This database was not opened by openDatabase().');
}

function isEngine(adapter: object): adapter is Engine {
  return 'fullText' in adapter && 'lockPerson' in adapter;
}
