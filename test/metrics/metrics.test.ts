import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { CableClient, identifierOf } from '../support/cable-client.ts';
import type { Scope } from '../support/close-after.ts';
import { freshFile, freshPostgres } from '../support/databases.ts';
import { eventually } from '../support/eventually.ts';
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

const TOKEN = 'only-for-prometheus';

/** An installation with a web process and a worker that keep count. */
async function startAll(t: Scope) {
  const redis = await startRedis(t);
  const settings = { REDIS_URL: redis.url, METRICS_PORT: '0', WORKER_CONCURRENCY: '1' };
  const installation = await install(t, settings);
  const server = await startServer(t, installation.environment);
  const worker = await startWorker(t, installation.environment);
  return { ...installation, redis, server, worker };
}

/** Where the program says that its metrics are. */
function metricsUrl(program: Program): string {
  return String(logOf(program).find(({ msg }) => msg === 'Metrics are to be had.')?.url);
}

async function read(program: Program, token = ''): Promise<Exposition> {
  const headers = token ? { authorization: `Bearer ${token}` } : undefined;
  const response = await fetch(metricsUrl(program), { ...(headers && { headers }) });
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

/** The tests go one after the other, and leave both as they found them. */
const all = await startAll({ after });
/** A web process alone, in which jobs run too; whoever asks it for figures needs the token. */
const guarded = await startWeb({ after }, await freshFile({ after }), { METRICS_TOKEN: TOKEN });

async function startWeb(t: Scope, DATABASE_URL: string, settings: Readonly<Record<string, string>> = {}) {
  const { environment } = await install(t, { METRICS_PORT: '0', DATABASE_URL, ...settings });
  return await startServer(t, environment);
}

test('the figures of a web process and a worker move with what happens', SLOW, async t => {
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
  const framesIn = (figures: Exposition) => figures.value('parley_cable_frames_total') ?? Number.NaN;
  const bytesIn = (figures: Exposition) =>
    figures.value('parley_cable_sent_bytes_total', websocket) ?? Number.NaN;
  assert.ok(bytesIn(open) > 100);
  const streamed = await readOnce(
    server,
    each => framesIn(each) >= framesIn(open) + pages.length && bytesIn(each) > bytesIn(open),
  );
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
  assert.ok(bytesIn(left) >= bytesIn(streamed));
});

test('jobs that wait for a worker are seen from every process, and how long they have', SLOW, async () => {
  const { visitor, call } = await leaveOpen(all.server, all, 'Some text');
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
  call.finish();
  await all.redis.start();
});

test('the database is measured whichever it is, and its connections where it has any', SLOW, async t => {
  const other = await startWeb(t, await freshPostgres(t));
  for (const { url } of [guarded, other]) await new Visitor(url).get('/');
  const sqlite = await read(guarded, TOKEN);
  const inUse = (figures: Exposition) => figures.value('parley_database_connections', { state: 'in_use' });
  const postgres = await readOnce(other, figures => inUse(figures) === 0);
  for (const figures of [sqlite, postgres])
    for (const kind of ['select', 'insert', 'other'])
      assert.ok((figures.value('parley_database_query_seconds_count', { kind }) ?? 0) > 0, kind);

  assert.ok((postgres.value('parley_database_connections', { state: 'idle' }) ?? 0) > 0);
  assert.equal(postgres.value('parley_database_waiting'), 0);
  assert.equal(inUse(sqlite), undefined);
  assert.equal(sqlite.value('parley_database_waiting'), undefined);
});

test('the guide lists every figure with its type, and no other', async () => {
  const { types } = await read(guarded, TOKEN);
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

test('whoever asks needs the token where there is one, and nothing else is told', async () => {
  const url = metricsUrl(guarded);
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
  assert.equal(await statusOf(`${guarded.url}/metrics`, 'Bearer only-for-prometheus'), 404);
});

test(
  'a port for metrics that is taken ends the start with one line that names the variable',
  SLOW,
  async t => {
    const { server } = all;
    const { port: METRICS_PORT } = new URL(metricsUrl(server));
    const environment = { ...all.environment, METRICS_PORT };
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
