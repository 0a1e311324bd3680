import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { CableClient, identifierOf } from '../support/cable-client.ts';
import { freshFile, freshPostgres } from '../support/databases.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { closes, install, leaveOpen, readReply } from '../support/installation.ts';
import { logOf } from '../support/log-lines.ts';
import { startRedis } from '../support/redis.ts';
import {
  type Program,
  spawnServer,
  spawnWorker,
  startServer,
  startWorker,
} from '../support/server-process.ts';
import { Visitor } from '../support/visitor.ts';
import { type Exposition, readExposition } from './exposition.ts';

const GUIDE = readFileSync(join(import.meta.dirname, '../../docs/watching.md'), 'utf8');
const SLOW = { timeout: 90_000 };
/** A reply that comes in less tells nothing of the model's pace. */
const WRITING_MS = 150;

/** An installation with a web process and a worker that keep count. */
async function startAll(t: TestContext, settings: Readonly<Record<string, string>> = {}) {
  const redis = await startRedis(t);
  const installation = await install(t, { REDIS_URL: redis.url, METRICS_PORT: '0', ...settings });
  const server = await startServer(t, installation.environment);
  const worker = await startWorker(t, installation.environment);
  return { ...installation, redis, server, worker };
}

/** Where the program says that its metrics are. */
function metricsUrl(program: Program): string {
  return String(logOf(program).find(({ msg }) => msg === 'Metrics are to be had.')?.url);
}

async function read(program: Program): Promise<Exposition> {
  const response = await fetch(metricsUrl(program));
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
  return readExposition(await response.text());
}

/** The figures once they are as they are wanted. */
async function readOnce(program: Program, isWanted: (figures: Exposition) => boolean): Promise<Exposition> {
  return await eventually(async () => {
    const figures = await read(program);
    return isWanted(figures) && figures;
  });
}

/** Subscribes to the conversation at `path`, as its page does. */
async function follow(t: TestContext, url: string, visitor: Visitor, path: string) {
  const { body } = await visitor.get(path);
  const [, name = ''] = /signed-stream-name="([^"]+)"/.exec(body) ?? [];
  const client = await CableClient.connect(t, url, { cookie: visitor.cookie });
  const identifier = identifierOf(name);
  await client.subscribe(identifier);
  return { client, identifier };
}

test('the figures of a web process and a worker move with what happens', SLOW, async t => {
  const all = await startAll(t);
  const { server, worker } = all;
  const { visitor, path, call } = await leaveOpen(server, all, 'Hello');
  const pages = [await follow(t, server.url, visitor, path), await follow(t, server.url, visitor, path)];
  for (const { client, identifier } of pages) {
    client.catchUp(identifier, 0);
    await client.next(({ message }) => /caught_up/.test(String(message)));
  }
  const open = await read(server);
  const websocket = { transport: 'websocket' };
  assert.equal(open.value('parley_cable_connections', websocket), 2);
  assert.equal(open.value('parley_cable_subscriptions'), 2);
  assert.equal(open.value('parley_cable_catch_ups_total', { cause: 'other' }), 2);
  assert.equal(open.value('parley_cable_catch_ups_total', { cause: 'gap' }), 0);
  assert.equal(open.value('parley_queue_waiting_jobs'), 0);
  assert.equal(open.value('parley_queue_oldest_wait_seconds'), 0);

  call.text(' world');
  for (const { client } of pages) await client.next(({ message }) => / world</.test(String(message)));
  const streamed = await read(server);
  const [before, after] = [open, streamed].map(each => each.value('parley_cable_frames_total') ?? 0);
  assert.ok(after !== undefined && before !== undefined && after >= before + 2);
  const [bytes, moreBytes] = [open, streamed].map(
    each => each.value('parley_cable_sent_bytes_total', websocket) ?? 0,
  );
  assert.ok(bytes !== undefined && bytes > 100 && moreBytes !== undefined && moreBytes > bytes);
  await delay(WRITING_MS);
  call.finish('stop', { prompt_tokens: 3, completion_tokens: 40 });

  const written = await readOnce(
    worker,
    each => each.value('parley_replies_total', { status: 'complete' }) === 1,
  );
  assert.equal(written.value('parley_first_token_seconds_count'), 1);
  assert.equal(written.value('parley_tokens_per_second_count'), 1);
  assert.ok((written.value('parley_database_query_seconds_count', { kind: 'update' }) ?? 0) > 0);
  assert.ok((written.value('nodejs_eventloop_lag_p99_seconds') ?? -1) >= 0);
  const ended = await read(server);
  assert.equal(ended.value('parley_replies_total', { status: 'complete' }), 0);

  const stopped = await leaveOpen(server, all, 'Some text');
  const { id } = await readReply(all.db, stopped.path);
  await stopped.visitor.post(`/messages/${id}/cancellation`);
  assert.equal((await read(server)).value('parley_replies_total', { status: 'stopped' }), 1);

  const refused = await stopped.visitor.startConversation('Two');
  (await all.upstream.nextCall()).status(401);
  await closes(all, refused, 5);
  const broken = await leaveOpen(server, all, 'Some text');
  broken.call.cut();
  await closes(all, broken.path, 5);
  const failed = await readOnce(
    worker,
    each => each.value('parley_replies_total', { status: 'interrupted' }) === 1,
  );
  assert.equal(failed.value('parley_replies_total', { status: 'failed' }), 1);
  assert.equal(failed.value('parley_replies_total', { status: 'stopped' }), 0);
  assert.equal(failed.value('parley_upstream_errors_total', { kind: 'unauthorized' }), 1);
  assert.equal(failed.value('parley_upstream_errors_total', { kind: 'cut' }), 1);

  for (const { client } of pages) client.socket.close();
  const left = await readOnce(server, each => each.value('parley_cable_connections', websocket) === 0);
  assert.equal(left.value('parley_cable_subscriptions'), 0);
  assert.ok((left.value('parley_cable_sent_bytes_total', websocket) ?? 0) >= moreBytes);
});

test('jobs that wait for a worker are seen from every process, and how long they have', SLOW, async t => {
  const all = await startAll(t, { WORKER_CONCURRENCY: '1' });
  const { visitor } = await leaveOpen(all.server, all, 'Some text');
  await visitor.startConversation('Who waits?');
  for (const program of [all.server, all.worker]) {
    const waiting = await readOnce(
      program,
      each => (each.value('parley_queue_oldest_wait_seconds') ?? 0) > 0.1,
    );
    assert.equal(waiting.value('parley_queue_waiting_jobs'), 1);
  }

  await all.redis.stop();
  const away = await readOnce(all.server, each => each.value('parley_queue_waiting_jobs') === undefined);
  assert.equal(away.value('parley_queue_oldest_wait_seconds'), undefined);
  assert.equal(away.value('parley_cable_subscriptions'), 0);
});

test('the database is measured whichever it is, and its connections where it has any', SLOW, async t => {
  const start = async (DATABASE_URL: string) => {
    const { environment } = await install(t, { METRICS_PORT: '0', DATABASE_URL });
    const server = await startServer(t, environment);
    await new Visitor(server.url).get('/');
    return server;
  };
  const sqlite = await read(await start(await freshFile(t)));
  const inUse = (figures: Exposition) => figures.value('parley_database_connections', { state: 'in_use' });
  const postgres = await readOnce(await start(await freshPostgres(t)), figures => inUse(figures) === 0);
  for (const figures of [sqlite, postgres])
    for (const kind of ['select', 'insert', 'other'])
      assert.ok((figures.value('parley_database_query_seconds_count', { kind }) ?? 0) > 0, kind);

  assert.ok((postgres.value('parley_database_connections', { state: 'idle' }) ?? 0) > 0);
  assert.equal(postgres.value('parley_database_waiting'), 0);
  assert.equal(inUse(sqlite), undefined);
  assert.equal(sqlite.value('parley_database_waiting'), undefined);
});

test('the guide lists every figure with its type, and no other', async t => {
  const { environment } = await install(t, { METRICS_PORT: '0' });
  const { types } = await read(await startServer(t, environment));
  const own = [...types].filter(([name]) => name.startsWith('parley_'));
  const listed = [...GUIDE.matchAll(/^\| `(parley_\w+)` \| (\w+) \|/gm)].map(([, name, type]) => [
    name,
    type,
  ]);
  assert.deepEqual(listed.toSorted(), own.toSorted());
  const named = [...GUIDE.matchAll(/`((?:nodejs|process)_\w+)`/g)].map(([, name = '']) => name);
  assert.ok(named.length > 3);
  for (const name of named) assert.ok(types.has(name), name);
});

test('whoever asks needs the token where there is one, and nothing else is told', async t => {
  const { environment } = await install(t, { METRICS_PORT: '0', METRICS_TOKEN: 'only-for-prometheus' });
  const server = await startServer(t, environment);
  const url = metricsUrl(server);
  const statusOf = async (address: string, authorization?: string, method = 'GET') =>
    (await fetch(address, { method, headers: authorization ? { authorization } : {} })).status;

  assert.equal(await statusOf(url), 401);
  for (const wrong of [
    'Bearer only-for-promethea',
    'Bearer ',
    'Basic only-for-prometheus',
    'only-for-prometheus',
  ])
    assert.equal(await statusOf(url, wrong), 401, wrong);
  assert.equal(await statusOf(url, 'Bearer only-for-prometheus'), 200);
  assert.equal(await statusOf(`${url}?a=b`, 'bearer only-for-prometheus'), 200);
  assert.equal(await statusOf(url.replace('/metrics', '/'), 'Bearer only-for-prometheus'), 404);
  assert.equal(await statusOf(url, 'Bearer only-for-prometheus', 'POST'), 404);
  assert.equal(await statusOf(`${server.url}/metrics`, 'Bearer only-for-prometheus'), 404);
});

test(
  'a port for metrics that is taken ends the start with one line that names the variable',
  SLOW,
  async t => {
    const redis = await startRedis(t);
    const METRICS_PORT = String(await freePort());
    const { environment } = await install(t, { METRICS_PORT, REDIS_URL: redis.url });
    const server = await startServer(t, environment);
    for (const spawn of [spawnServer, spawnWorker]) {
      const second = await spawn(t, environment);
      assert.deepEqual(await second.exited, { code: 1, signal: null });
      assert.match(second.output.stderr, /^METRICS_PORT: [^\n]*already in use[^\n]*\.\n$/);
    }
    server.kill('SIGTERM');
    assert.deepEqual(await server.exited, { code: 0, signal: null });
    await assert.rejects(fetch(`http://127.0.0.1:${METRICS_PORT}/metrics`));
  },
);
