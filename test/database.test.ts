import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { type Database, DatabaseError, databasePath, now, openDatabase, purge } from '../src/database.ts';
import { createGuest } from '../src/models/user.ts';
import { emptyDatabase } from './support/databases.ts';
import { eventually } from './support/eventually.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const run = promisify(execFile);

const A_MINUTE_MS = 60_000;
const WOMBAT = {
  id: 'WombatBot',
  name: 'Wombat',
  tagline: '',
  instructions: 'You are a wombat.',
  colour: 'blue',
  position: 1,
};

/** Opens a database that is closed when the test ends. */
async function open(t: TestContext, url: string): Promise<Database> {
  const db = await openDatabase(url);
  t.after(() => db.destroy());
  return db;
}

async function freshUrl(t: TestContext): Promise<string> {
  return `sqlite:${join(await temporaryFolder(t), 'parley.sqlite3')}`;
}

/** Runs the script in so many processes at once, each with a `db` of its own. @throws what one of them throws */
async function inProcesses(count: number, url: string, script: string): Promise<void> {
  const source = JSON.stringify(join(import.meta.dirname, '../src'));
  const module = `
    const { openDatabase } = await import(${source} + '/database.ts');
    const { createGuest } = await import(${source} + '/models/user.ts');
    const db = await openDatabase(${JSON.stringify(url)});
    ${script}
    await db.destroy();`;
  const start = () => run(process.execPath, ['--input-type=module', '--eval', module]);
  await Promise.all(Array.from({ length: count }, start));
}

async function countUsers(db: Database): Promise<number> {
  const { count } = await db
    .selectFrom('users')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

async function refusal(url: string): Promise<string> {
  const error = await openDatabase(url).then(
    db => db.destroy(),
    reason => reason,
  );
  assert.ok(error instanceof DatabaseError, `${url} is refused`);
  return error.message;
}

test('a fresh file gets its folders and all tables', async t => {
  const url = `sqlite:${join(await temporaryFolder(t), 'some/folder/parley.sqlite3')}`;
  const tables = (await (await open(t, url)).introspection.getTables()).map(({ name }) => name);
  const searched = tables.filter(name => name.startsWith('search_'));
  assert.ok(searched.includes('search_index'));
  const others = tables.filter(name => !searched.includes(name));
  assert.deepEqual(others.toSorted(), ['bots', 'conversations', 'messages', 'sessions', 'users']);
});

test('a second opening finds what the first one left', async t => {
  const url = await freshUrl(t);
  const first = await openDatabase(url);
  await createGuest(first);
  await first.destroy();
  assert.equal(await countUsers(await open(t, url)), 1);
});

test('processes that start together on an empty database all get it ready', async t => {
  const url = await emptyDatabase(t);
  await inProcesses(6, url, 'await createGuest(db);');
  assert.equal(await countUsers(await open(t, url)), 6);
});

test('a schema from a newer version is refused, and left as it is', async t => {
  const url = await emptyDatabase(t);
  const db = await open(t, url);
  await sql`INSERT INTO kysely_migration (name, timestamp) VALUES ('9999_later', '2100-01-01')`.execute(db);
  assert.equal(await refusal(url), 'The database was made by a newer version of Parley: update the program.');
  await createGuest(db);
});

test('a file that cannot be used is refused with a line that names it', async t => {
  const folder = await temporaryFolder(t);
  const file = join(folder, 'file');
  await writeFile(file, 'This is no database, and so it is not to be written to.\n'.repeat(100));
  await mkdir(join(folder, 'folder'));

  for (const path of [file, join(file, 'parley.sqlite3'), join(folder, 'folder')]) {
    const message = await refusal(`sqlite:${path}`);
    assert.ok(message.startsWith(`The database ${path} cannot be used: `), message);
    assert.ok(!message.includes('\n'), message);
  }
});

test('transactions of several processes that read first and then write wait for each other', async t => {
  const url = await freshUrl(t);
  const db = await open(t, url);
  const { created_at } = await createGuest(db);
  await inProcesses(
    4,
    url,
    `for (let i = 0; i < 25; i++) await db.transaction().execute(async trx => {
      const { created_at } = await trx.selectFrom('users').selectAll().executeTakeFirstOrThrow();
      await new Promise(setImmediate); // lets the others in, if nothing keeps them out
      await trx.updateTable('users').set({ created_at: created_at + 1 }).execute();
    });`,
  );
  const after = await db.selectFrom('users').selectAll().executeTakeFirstOrThrow();
  assert.equal(after.created_at, created_at + 100);
});

test('a transaction that only reads sees one state, and holds up no writer', async t => {
  const url = await freshUrl(t);
  const [reader, writer] = [await open(t, url), await open(t, url)];
  await createGuest(writer);
  const counts = await reader
    .transaction()
    .setAccessMode('read only')
    .execute(async trx => {
      const before = await countUsers(trx);
      await createGuest(writer);
      return [before, await countUsers(trx)];
    });
  assert.deepEqual(counts, [1, 1]);
  assert.equal(await countUsers(reader), 2);
});

test('a purge waits for no reader; the next one empties the log', async t => {
  const url = await freshUrl(t);
  const [db, reader] = [await open(t, url), await open(t, url)];
  const logLength = async () => (await stat(`${databasePath(url)}-wal`)).size;
  await reader
    .transaction()
    .setAccessMode('read only')
    .execute(async trx => {
      await countUsers(trx);
      await createGuest(db);
      const start = performance.now();
      for (let i = 0; i < 2; i++) await purge(db);
      assert.ok(performance.now() - start < 5_000);
      assert.notEqual(await logLength(), 0);
    });
  await purge(db);
  assert.equal(await logLength(), 0);
});

test('what a purge could not take out because of a reader goes by itself once that has ended', async t => {
  const url = await freshUrl(t);
  const [db, reader] = [await open(t, url), await open(t, url)];
  const path = databasePath(url);
  const traces = async () => (await readFile(path, 'latin1')) + (await readFile(`${path}-wal`, 'latin1'));
  t.mock.timers.enable({ apis: ['setTimeout'] });
  await reader
    .transaction()
    .setAccessMode('read only')
    .execute(async trx => {
      await countUsers(trx);
      await db.insertInto('bots').values(WOMBAT).execute();
      await db.deleteFrom('bots').execute();
      await purge(db);
      assert.match(await traces(), /wombat/);
    });
  t.mock.timers.tick(A_MINUTE_MS);
  await eventually(async () => !(await traces()).includes('wombat'));
});

test('a database that is closed while a purge is still to come is left alone', async t => {
  const url = await freshUrl(t);
  const [db, reader] = [await openDatabase(url), await open(t, url)];
  t.mock.timers.enable({ apis: ['setTimeout'] });
  await reader
    .transaction()
    .setAccessMode('read only')
    .execute(async trx => {
      await countUsers(trx);
      await createGuest(db);
      await purge(db);
      await db.destroy();
      t.mock.timers.tick(A_MINUTE_MS);
      await countUsers(trx);
    });
});

test('after each purge writers wait for each other as before', async t => {
  const db = await open(t, await freshUrl(t));
  const patience = async () => (await sql<{ timeout: number }>`PRAGMA busy_timeout`.execute(db)).rows[0];
  const before = await patience();
  for (let i = 0; i < 2; i++) {
    await purge(db);
    assert.deepEqual(await patience(), before);
  }
});

test("the database's clock counts milliseconds since 1970", async t => {
  const db = await open(t, await freshUrl(t));
  const before = Date.now();
  const { created_at } = await createGuest(db);
  assert.ok(Number.isInteger(created_at));
  assert.ok(created_at >= before && created_at <= Date.now());
  const { time } = await db.selectNoFrom(now.as('time')).executeTakeFirstOrThrow();
  assert.ok(time >= created_at);
});
