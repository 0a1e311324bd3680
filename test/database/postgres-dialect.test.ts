import assert from 'node:assert/strict';
import test from 'node:test';
import { sql } from 'kysely';
import { connectionsOf, DatabaseError, openDatabase, type StatementKind } from '../../src/database.ts';
import { Unavailable } from '../../src/errors.ts';
import { createGuest } from '../../src/models/user.ts';
import { closeAfter } from '../support/close-after.ts';
import { freshPostgres, openFor } from '../support/databases.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';

test('counts and times are numbers, as on SQLite', async t => {
  const db = await openFor(t, await freshPostgres(t));
  const { created_at } = await createGuest(db);
  assert.ok(Number.isInteger(created_at) && Math.abs(created_at - Date.now()) < 10_000, `${created_at}`);
  const { count } = await db
    .selectFrom('users')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  assert.equal(count, 1);
});

test('a server that cannot be reached is told by its place, without the password', async () => {
  const url = `postgres://me:secret@127.0.0.1:${await freePort()}/parley`;
  const error = await openDatabase(url).catch(reason => reason);
  assert.ok(error instanceof DatabaseError);
  assert.match(error.message, /^The database 127\.0\.0\.1:\d+\/parley cannot be used: .*ECONNREFUSED/);
  assert.doesNotMatch(error.message, /secret|\n/);
});

test('a connection that breaks is told of, and the next query has another', async t => {
  const url = await freshPostgres(t);
  const losses: Error[] = [];
  const db = await openDatabase(url, { connections: 1, onLoss: error => losses.push(error) });
  closeAfter(t, () => db.destroy());
  const other = await openFor(t, url);
  const killOthers = sql`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()`;

  await createGuest(db);
  await killOthers.execute(other);
  await eventually(() => losses.length > 0);
  await createGuest(db);

  // Also in the middle of a transaction, where the connection is in use but says nothing.
  const transaction = db.transaction().execute(async trx => {
    await createGuest(trx);
    await killOthers.execute(other);
    await eventually(() => losses.length > 1);
    await createGuest(trx);
  });
  await assert.rejects(transaction, Unavailable);
  await createGuest(db);
  assert.equal((await db.selectFrom('users').select('id').execute()).length, 3);
  assert.equal(losses.length, 2);
});

test('each statement is told of with its time, those that begin and end a transaction too', async t => {
  const told: StatementKind[] = [];
  const onQuery = (kind: StatementKind, ms: number) => {
    assert.ok(ms >= 0 && ms < 60_000, `${ms} ms`);
    told.push(kind);
  };
  const db = await openDatabase(await freshPostgres(t), { onQuery });
  closeAfter(t, () => db.destroy());
  told.length = 0;
  await db.transaction().execute(async trx => {
    const { id } = await createGuest(trx);
    await trx.updateTable('users').set({ created_at: 1 }).where('id', '=', id).execute();
    await trx.deleteFrom('users').execute();
  });
  await db.selectFrom('users').select('id').execute();
  assert.deepEqual(told, ['other', 'insert', 'update', 'delete', 'other', 'select']);
});

test('it is known how many connections are in use, and how much waits for one', async t => {
  const db = await openDatabase(await freshPostgres(t), { connections: 1 });
  closeAfter(t, () => db.destroy());
  assert.deepEqual(connectionsOf(db), { inUse: 0, idle: 1, waiting: 0 });
  let next: Promise<unknown> | undefined;
  await db.transaction().execute(async trx => {
    next = createGuest(db);
    await createGuest(trx);
    assert.deepEqual(connectionsOf(db), { inUse: 1, idle: 0, waiting: 1 });
  });
  await next;
  assert.deepEqual(connectionsOf(db), { inUse: 0, idle: 1, waiting: 0 });
});
