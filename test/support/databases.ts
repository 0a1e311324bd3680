import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after } from 'node:test';
import { sql } from 'kysely';
import { type Database, openDatabase } from '../../src/database.ts';
import { closeAfter, type Scope } from './close-after.ts';
import { postgresAt, startPostgres, type TestPostgres } from './postgres.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Signs cookies where the program does not make a key itself. */
export const SECRET_KEY = 'a key of tests alone, 32 characters and more';

/** What tests get that do not say which they need; the run of all tests has many of them run on each. */
export const KIND = process.env.TEST_DATABASE === 'postgres' ? 'postgres' : 'sqlite';

/** A database of the test's own that nobody has opened yet, of the kind that is tested. @returns its URL */
export async function emptyDatabase(t: Scope): Promise<string> {
  if (KIND === 'sqlite') return `sqlite:${join(await temporaryFolder(t), 'parley.sqlite3')}`;
  return await (await postgresServer()).createDatabase(`test_${process.pid}_${++made}`);
}

/** A database of the test's own with all tables and nothing in them, of the kind that is tested. @returns its URL */
export async function freshDatabase(t: Scope): Promise<string> {
  return KIND === 'postgres' ? await freshPostgres(t) : await freshFile(t);
}

/** Opens one for the test. */
export async function openFresh(t: Scope): Promise<Database> {
  return await openFor(t, await freshDatabase(t));
}

/** Opens the database beside others who do, until the test ends. */
export async function openFor(t: Scope, url: string): Promise<Database> {
  const db = await openDatabase(url);
  closeAfter(t, () => db.destroy());
  return db;
}

/** To make all tables costs more than many a test does. */
let migrated: Promise<Buffer> | undefined;

/** The same, always a file of SQLite. */
export async function freshFile(t: Scope): Promise<string> {
  migrated ??= migrateFile();
  const path = join(await temporaryFolder(t), 'parley.sqlite3');
  await writeFile(path, await migrated, { mode: 0o600 });
  return `sqlite:${path}`;
}

async function migrateFile(): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-'));
  const path = join(folder, 'parley.sqlite3');
  await (await openDatabase(`sqlite:${path}`)).destroy();
  const file = await readFile(path);
  await rm(folder, { recursive: true });
  return file;
}

/** The server of this process's tests: the one that the whole run has, or one of their own. */
let server: Promise<TestPostgres> | undefined;
const ends: (() => unknown)[] = [];
let isOver = false;
after(async () => {
  isOver = true;
  for (const end of ends.toReversed()) await end();
});

/** One that has served is empty again. */
interface Reusable {
  readonly url: string;
  readonly empty: () => Promise<void>;
}
const free: Reusable[] = [];
let made = 0;

/** The same, always a database of a PostgreSQL server. */
export async function freshPostgres(t: Scope): Promise<string> {
  const database = free.pop() ?? (await makePostgres());
  closeAfter(t, async () => {
    if (isOver) return; // so is that of all tests of a file
    await database.empty();
    free.push(database);
  });
  return database.url;
}

async function makePostgres(): Promise<Reusable> {
  const url = await (await postgresServer()).createDatabase(`test_${process.pid}_${++made}`);
  const db = await openDatabase(url, { connections: 1 });
  ends.push(() => db.destroy());
  const tables = await db.introspection.getTables(); // those of the migrations, but for the one in which these are listed
  const deletions = tables.filter(({ isView }) => !isView).map(({ name }) => `DELETE FROM "${name}"`);
  // Where everything goes, nothing has to follow: neither what refers to a row, nor what is found by it.
  const emptying = sql.raw(['SET session_replication_role = replica', ...deletions].join('; '));
  return { url, empty: async () => void (await emptying.execute(db)) };
}

function postgresServer(): Promise<TestPostgres> {
  server ??= process.env.TEST_POSTGRES
    ? Promise.resolve(postgresAt(process.env.TEST_POSTGRES))
    : startPostgres({ after: end => void ends.push(end) }); // within a test, `after` would mean that test's end
  return server;
}
