import assert from 'node:assert/strict';
import { once } from 'node:events';
import { stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { suite, type TestContext, test } from 'node:test';
import { sql } from 'kysely';
import { eventually } from './support/eventually.ts';
import { freePort } from './support/free-port.ts';
import { closes, install, leaveOpen, readReply } from './support/installation.ts';
import { type RunningServer, spawnServer, startServer } from './support/server-process.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { Visitor } from './support/visitor.ts';

/** What a reply may stay open after its writer died: its lease, the sweep, and some time to start. */
const RECOVERY_SECONDS = 20;
/** They mostly wait, so the others run beside them. */
const SLOW_TESTS = 2;
const RECOVERY_TEST = { timeout: 3 * RECOVERY_SECONDS * 1000 };

async function isDown({ url }: RunningServer): Promise<void> {
  await eventually(() =>
    fetch(url).then(
      () => false,
      () => true,
    ),
  );
}

suite('the program as a process', { concurrency: SLOW_TESTS + 1 }, () => {
  test(
    'after kill -9 a reply with text is interrupted as it was saved, and one without is written',
    RECOVERY_TEST,
    async t => {
      const installation = await install(t, { PORT: String(await freePort()) });
      const { upstream, environment } = installation;
      const first = await startServer(t, environment);
      const begun = await leaveOpen(first, installation, 'Text that was **saved');
      const silent = await leaveOpen(first, installation, '');
      first.kill('SIGKILL');
      await first.exited;

      const second = await startServer(t, environment);
      const start = performance.now();
      const again = await upstream.nextCall();
      again.text('Written after all');
      again.finish();
      const interrupted = await closes(installation, begun.path, RECOVERY_SECONDS);
      const written = await closes(installation, silent.path, RECOVERY_SECONDS);
      assert.ok(performance.now() - start < RECOVERY_SECONDS * 1000);

      assert.deepEqual([interrupted.status, interrupted.content], ['interrupted', 'Text that was **saved']);
      assert.match((await begun.visitor.get(begun.path)).body, /The writing of this reply broke off\./);
      assert.deepEqual([written.status, written.content], ['complete', 'Written after all']);
      assert.equal(upstream.calls, 3);
      assert.equal(second.output.stderr, '');
    },
  );

  test(
    'SIGTERM settles what does not end in time: text is kept, a reply without is written later',
    RECOVERY_TEST,
    async t => {
      const installation = await install(t);
      const { upstream, environment, db } = installation;
      const first = await startServer(t, { ...environment, SHUTDOWN_GRACE_SECONDS: '1' });
      const begun = await leaveOpen(first, installation, 'Some text');
      const silent = await leaveOpen(first, installation, '');
      first.kill('SIGTERM');
      assert.deepEqual(await first.exited, { code: 0, signal: null });
      await Promise.all([begun.call.closed, silent.call.closed]);

      const { status, content, note } = await readReply(db, begun.path);
      assert.deepEqual([status, content], ['interrupted', 'Some text']);
      assert.match(note ?? '', /restarted/);
      assert.equal((await readReply(db, silent.path)).status, 'pending');

      await startServer(t, environment);
      const again = await upstream.nextCall();
      again.text('Written after all');
      again.finish();
      const written = await closes(installation, silent.path, RECOVERY_SECONDS);
      assert.deepEqual([written.status, written.content], ['complete', 'Written after all']);
    },
  );

  test('a start prints one line, with the address and the model that answers', async t => {
    const server = await startServer(t, (await install(t)).environment);
    assert.equal((await fetch(`${server.url}/up`)).status, 200);
    assert.deepEqual(server.output, {
      stdout: `Parley is at ${server.url} and scripted answers.\n`,
      stderr: '',
    });
  });

  test('the key is made once, readable for its owner alone, and sessions outlive a restart', async t => {
    const folder = await temporaryFolder(t);
    const own = { DATABASE_URL: `sqlite:${folder}/parley.sqlite3`, SECRET_KEY: '' };
    const { environment, upstream } = await install(t, own);
    const first = await startServer(t, environment);
    const visitor = new Visitor(first.url);
    const path = await visitor.startConversation('One');
    const call = await upstream.nextCall();
    call.text('Reply');
    call.finish();
    const { mode } = await stat(join(folder, 'secret_key'));
    assert.equal(mode & 0o777, 0o600);

    first.kill('SIGINT');
    assert.deepEqual(await first.exited, { code: 0, signal: null });
    const second = await startServer(t, environment);
    const back = new Visitor(second.url);
    back.cookie = visitor.cookie;
    assert.equal((await back.get(path)).status, 200);
  });

  test('who has connected before SIGTERM comes is heard and answered', async t => {
    const server = await startServer(t, (await install(t)).environment);
    server.kill('SIGSTOP'); // so that both wait for it
    const sockets = await Promise.all([1, 2, 3].map(() => askForUp(server)));
    server.kill('SIGTERM');
    server.kill('SIGCONT');
    for (const socket of sockets) assert.match(await text(socket), /^HTTP\/1\.1 200 OK\r\n/);
    assert.deepEqual(await server.exited, { code: 0, signal: null });
  });

  test('a bad variable ends the start with one line that names it', async t => {
    await failsToStart(t, { PORT: 'http' }, /PORT takes/);
  });

  test('a port that is taken ends the start with one line', async t => {
    const other = createServer();
    t.after(() => other.close());
    await once(other.listen(0, '127.0.0.1'), 'listening');
    const { port } = other.address() as AddressInfo;
    await failsToStart(
      t,
      { PORT: String(port) },
      new RegExp(`address already in use 127\\.0\\.0\\.1:${port}`),
    );
  });

  test('a database that cannot be written ends the start with one line', async t => {
    const file = join(await temporaryFolder(t), 'file');
    await writeFile(file, '');
    await failsToStart(
      t,
      { DATABASE_URL: `sqlite:${file}/parley.sqlite3` },
      /The database .+ cannot be used/,
    );
  });

  test('a database of a newer version ends the start with one line', async t => {
    const { environment, db } = await install(t);
    await sql`INSERT INTO kysely_migration (name, timestamp) VALUES ('9999_later', '2100-01-01')`.execute(db);
    await failsToStart(t, environment, /newer version/);
  });

  test('SIGTERM lets a reply come to its end', async t => {
    const installation = await install(t);
    const server = await startServer(t, installation.environment);
    const { path, call } = await leaveOpen(server, installation, 'Some text');
    server.kill('SIGTERM');
    await isDown(server);
    call.text(' and the rest');
    call.finish();

    assert.deepEqual(await server.exited, { code: 0, signal: null });
    const { status, content } = await readReply(installation.db, path);
    assert.deepEqual([status, content], ['complete', 'Some text and the rest']);
    assert.equal(server.output.stderr, '');
  });
});

/** Connects and asks; the system takes that for a process, even while it is stopped. */
async function askForUp({ url }: RunningServer): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write('GET /up HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
  return socket;
}

/** Without a bad setting it would start: nothing else in these is missing. */
async function failsToStart(
  t: TestContext,
  environment: Readonly<Record<string, string>>,
  line: RegExp,
): Promise<void> {
  const server = await spawnServer(t, environment);
  assert.deepEqual(await server.exited, { code: 1, signal: null });
  assert.equal(server.output.stdout, '');
  assert.match(server.output.stderr, /^[^\n]+\n$/);
  assert.match(server.output.stderr, line);
}
