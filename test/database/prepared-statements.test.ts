import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { sql } from 'kysely';
import { type Database, openDatabase } from '../../src/database.ts';
import { closeAfter } from '../support/close-after.ts';
import { freshPostgres, openFor } from '../support/databases.ts';

const OFTEN = 10;

/** One connection, and a reader of what is prepared there. */
async function openOne(t: TestContext) {
  const url = await freshPostgres(t);
  const db = await openDatabase(url, { connections: 1 });
  closeAfter(t, () => db.destroy());
  const prepared = async () => {
    const { rows } = await sql<{ statement: string }>`SELECT statement FROM pg_prepared_statements`.execute(
      db,
    );
    return rows.map(({ statement }) => statement);
  };
  return { url, db, prepared };
}

async function often(work: (n: number) => Promise<unknown>): Promise<void> {
  for (let n = 0; n < OFTEN; n++) await work(n);
}

const themes = (db: Database, id: string) =>
  db.selectFrom('users').where('id', '=', id).select('theme').execute();

test('a statement that comes often is prepared, whatever its values', async t => {
  const { db, prepared } = await openOne(t);
  await themes(db, 'nobody');
  assert.deepEqual(await prepared(), []);
  await often(n => themes(db, `${n}`));
  assert.deepEqual(await prepared(), ['select "theme" from "users" where "id" = $1']);
});

test('what a prepared statement finds is what is there now', async t => {
  const { db } = await openOne(t);
  await often(() => themes(db, 'u'));
  await db.insertInto('users').values({ id: 'u', theme: 'dark', created_at: 1 }).execute();
  assert.deepEqual(await themes(db, 'u'), [{ theme: 'dark' }]);
});

test('a column that another process adds breaks no statement that comes often', async t => {
  const { url, db } = await openOne(t);
  const other = await openFor(t, url);
  const all = () => db.selectFrom('users').where('id', '=', 'u').selectAll().executeTakeFirstOrThrow();
  await db.insertInto('users').values({ id: 'u', created_at: 1 }).execute();
  await often(all);
  await sql`ALTER TABLE users ADD COLUMN later text`.execute(other);
  closeAfter(t, () => sql`ALTER TABLE users DROP COLUMN later`.execute(other));
  assert.equal(Reflect.get(await all(), 'later'), null);
});

test('of statements that are all different only so many are prepared', async t => {
  const { db, prepared } = await openOne(t);
  for (let length = 1; length <= 110; length++) {
    const ids = Array.from({ length }, (_, n) => `${n}`);
    await often(() => db.selectFrom('bots').where('id', 'in', ids).select('id').execute());
  }
  assert.equal((await prepared()).length, 100);
});
