import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { eventually } from './support/eventually.ts';
import { closes, install, leaveOpen } from './support/installation.ts';
import { startRedisCluster } from './support/redis-cluster.ts';
import { startServer, startWorker } from './support/server-process.ts';
import { Visitor } from './support/visitor.ts';

const SLOW = { timeout: 90_000 };
const RECOVERY_SECONDS = 45;

const cluster = await startRedisCluster({ after });

test('web and worker share a Redis Cluster, also when a node of it loses its memory', SLOW, async t => {
  const installation = await install(t, { REDIS_URL: cluster.url, REDIS_CLUSTER: 'true' });
  const server = await startServer(t, installation.environment);
  const worker = await startWorker(t, installation.environment);
  const { path, call } = await leaveOpen(server, installation, 'Hello');
  call.text(' world');
  call.finish();
  assert.equal((await closes(installation, path, 5)).content, 'Hello world');
  assert.equal(server.output.stderr + worker.output.stderr, '');
  assert.ok(!server.output.stdout.includes('could not be counted'));

  const queueNode = await cluster.nodeOf('{parley}');
  await queueNode.stop();
  const visitor = new Visitor(server.url);
  const later = await visitor.startConversation('Is anybody there?');
  await eventually(() => server.output.stdout.includes('cannot be reached'));
  await queueNode.start();
  const found = await installation.upstream.nextCall();
  found.text('Yes');
  found.finish();
  assert.equal((await closes(installation, later, RECOVERY_SECONDS)).content, 'Yes');
  await eventually(async () => (await visitor.get('/up')).body === 'ok\n');
  for (const program of [server, worker]) {
    program.kill('SIGTERM');
    assert.deepEqual(await program.exited, { code: 0, signal: null });
  }
});
