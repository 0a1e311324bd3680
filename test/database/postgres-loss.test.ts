import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../../src/database.ts';
import { Unavailable } from '../../src/errors.ts';
import { LEASE_RENEWAL_MS } from '../../src/models/reply.ts';
import { startCuttableProxy } from '../support/cuttable-proxy.ts';
import { freshPostgres, openFor } from '../support/databases.ts';
import { eventually } from '../support/eventually.ts';
import { closes, install, leaveOpen } from '../support/installation.ts';
import { startPostgres } from '../support/postgres.ts';
import { ask, assertShownBy, letModelAnswer, openReader, startTalk } from '../support/races.ts';
import { startServer } from '../support/server-process.ts';
import { newPerson } from '../support/several-processes.ts';

const SLOW = { timeout: 110_000 };
const AWAY = /The database cannot be reached just now\. Try again in a moment\./;
/** Those that were under way when it went, and that it did. */
const FEW_LINES = 8;

suite('PostgreSQL and what it loses', { concurrency: 2 }, () => {
  test('a process that froze in a transaction locks others out for 10 s, and goes on', SLOW, async t => {
    const installation = await install(t, { DATABASE_URL: await freshPostgres(t), LOG_LEVEL: 'warn' });
    const { environment } = installation;
    const servers = [await startServer(t, environment), await startServer(t, environment)] as const;
    const all = { ...installation, servers };
    const everywhere = await newPerson(all);
    const path = await startTalk(all, everywhere);
    const lock = await all.db.startTransaction().execute();
    await lock.updateTable('conversations').set({ title: 'Held' }).execute();
    const frozen = ask(everywhere[0], path, 'Frozen');
    await eventually(() => isConnected(all.db, sql`wait_event_type = 'Lock'`));
    all.servers[0].kill('SIGSTOP');
    await lock.rollback().execute();
    await eventually(() => isConnected(all.db, sql`state = 'idle in transaction'`));

    letModelAnswer(all);
    assert.equal((await ask(everywhere[1], path, 'Meanwhile')).status, 303);
    await closes(all, path, 30);
    all.servers[0].kill('SIGCONT');
    const { status, body } = await frozen;
    assert.equal(status, 503);
    assert.match(body, AWAY);
    assert.equal((await ask(everywhere[0], path, 'Thawed')).status, 303);
    await closes(all, path, 30);
    const questions = all.db
      .selectFrom('messages')
      .where('role', '=', 'user')
      .select('content')
      .orderBy('created_at');
    assert.deepEqual(
      (await questions.execute()).map(({ content }) => content),
      ['One', 'Meanwhile', 'Thawed'],
    );
    assert.ok(linesIn(all.servers[0].output.stdout) <= FEW_LINES);
  });

  test('a server that falls silent is left, and one that is slow waited for', SLOW, async t => {
    const url = new URL(await freshPostgres(t));
    const slow = await openFor(t, url.href);
    const network = await startCuttableProxy(t, url.href);
    url.port = new URL(network.url).port;
    const db = await openFor(t, url.href);
    await sql`SELECT 1`.execute(db);
    network.swallow();
    const [taken, held] = await Promise.all([
      sql<{ isTaken: boolean }>`SELECT pg_sleep(12) IS NOT NULL AS "isTaken"`.execute(slow),
      sql`SELECT 1`.execute(db).catch((error: unknown) => error),
    ]);
    assert.deepEqual(taken.rows, [{ isTaken: true }]);
    assert.ok(held instanceof Unavailable);
    await sql`SELECT 1`.execute(db);
  });

  test('PostgreSQL that ends while replies are written costs no process, and no page', SLOW, async t => {
    const postgres = await startPostgres(t);
    const all = await install(t, { DATABASE_URL: postgres.url, LOG_LEVEL: 'warn' });
    const server = await startServer(t, all.environment);
    const [cut, quiet] = [await leaveOpen(server, all, 'Text'), await leaveOpen(server, all, 'Words')];
    const reader = await openReader(t, server, cut.visitor, cut.path);
    await postgres.stop();
    cut.call.text(' that is lost');
    await cut.call.closed;
    for (const isLate of [false, true]) {
      if (isLate) await delay(LEASE_RENEWAL_MS); // sweeps and renewals fail, too
      for (let n = 0; n < 10; n++) {
        assert.equal((await fetch(`${server.url}/up`)).status, 503);
        assert.equal((await fetch(`${server.url}/chat?messages=Hello`)).status, 503);
        const page = await cut.visitor.get(cut.path);
        assert.deepEqual([page.status, AWAY.test(page.body)], [503, true]);
        const answer = await cut.visitor.postAsTurbo(`${cut.path}/messages`, { content: 'Two' });
        assert.equal(answer.status, 503);
        assert.match(answer.body, /^<turbo-stream action="update" target="notice"/);
      }
    }
    await postgres.start();
    await eventually(async () => (await fetch(`${server.url}/up`)).ok);
    quiet.call.text(' and more');
    quiet.call.finish();

    const interrupted = await closes(all, cut.path, 60);
    assert.deepEqual([interrupted.status, interrupted.content], ['interrupted', 'Text']);
    assert.match((await cut.visitor.get(cut.path)).body, /Continue/);
    const { status, content } = await closes(all, quiet.path, 60);
    const ending = `${status}: ${content}`;
    assert.ok(['complete: Words and more', 'interrupted: Words'].includes(ending), ending);
    await assertShownBy(all, cut.path, [reader]);
    assert.ok(linesIn(server.output.stdout) <= FEW_LINES, server.output.stdout);
    assert.equal(server.output.stderr, '');
  });
});

/** Whether one of the program's connections is in this state. */
async function isConnected(db: Database, state: RawBuilder<unknown>): Promise<boolean> {
  const { rows } = await sql`
    SELECT 1 FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'parley' AND ${state}`.execute(db);
  return rows.length > 0;
}

function linesIn(log: string): number {
  return log.match(/^\{"level":50/gm)?.length ?? 0;
}
