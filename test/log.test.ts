import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { jobId } from '../jobs/queue.ts';
import type { Scope } from './support/close-after.ts';
import { eventually } from './support/eventually.ts';
import { closes, install, leaveOpen, readReply } from './support/installation.ts';
import { type LogLine, logOf } from './support/log-lines.ts';
import { startRedis } from './support/redis.ts';
import { type Program, startServer, startWorker } from './support/server-process.ts';
import { Visitor } from './support/visitor.ts';

const SLOW = { timeout: 90_000 };
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** An installation with a Redis, a web process and a worker, whose logs all tests write to. */
const all = await startAll({ after });

async function startAll(t: Scope) {
  const redis = await startRedis(t);
  const installation = await install(t, { REDIS_URL: redis.url });
  installation.upstream.title = 'A title';
  const server = await startServer(t, installation.environment);
  const worker = await startWorker(t, installation.environment);
  return { ...installation, server, worker };
}

/** The line that says this, once it is there; one that is there twice is an error. */
async function lineOf(program: Program, msg: string, wanted: LogLine = {}): Promise<LogLine> {
  const fitting = () =>
    logOf(program).filter(
      line => line.msg === msg && Object.entries(wanted).every(([name, value]) => line[name] === value),
    );
  await eventually(() => fitting().length > 0);
  const [line, ...more] = fitting();
  assert.ok(line);
  assert.deepEqual(more, [], `"${msg}" is there once`);
  return line;
}

function without(line: LogLine): LogLine {
  const { level: _level, time: _time, pid: _pid, hostname: _hostname, ...rest } = line;
  return rest;
}

test('a question can be followed from the request to the end of its reply', SLOW, async () => {
  const visitor = new Visitor(all.server.url);
  await visitor.get('/');
  const asked = await visitor.post('/conversations', { content: 'A secret question', bot: 'ChatBot' });
  const { pathname: path } = new URL(asked.headers.get('location') ?? '', all.server.url);
  const reqId = asked.headers.get('x-request-id');
  assert.match(reqId ?? '', UUID);
  const call = await all.upstream.nextCall();
  call.text('A secret ');
  call.text('answer');
  call.finish('stop', { prompt_tokens: 3, completion_tokens: 2 });
  const { id: messageId } = await closes(all, path, 10);

  const ids = { messageId, attempt: 1, conversationId: path.split('/').at(-1) };
  const wanted = await lineOf(all.server, 'Reply asked for.', { messageId });
  assert.deepEqual(without(wanted), { msg: 'Reply asked for.', reqId, by: 'question', ...ids });

  const begun = await lineOf(all.worker, 'Reply begun.', ids);
  assert.equal(begun.jobId, jobId('write-reply', { messageId, attempt: 1 }));
  assert.match(String(begun.runId), UUID);
  assert.ok(Number(begun.waitedMs) >= 0 && Number(begun.waitedMs) < 10_000);
  const ended = await lineOf(all.worker, 'Reply ended.', { ...ids, jobId: begun.jobId, runId: begun.runId });
  const { status, tokens, bytes, ms, firstTokenMs } = ended;
  assert.deepEqual([status, tokens, bytes], ['complete', 2, 'A secret answer'.length]);
  assert.ok(Number(firstTokenMs) >= 0 && Number(firstTokenMs) <= Number(ms));

  const printed = [all.server, all.worker].map(({ output }) => output.stdout + output.stderr).join('');
  assert.ok(!printed.includes('secret'));
});

test('a stop, and what it ended, are in the log of both', SLOW, async () => {
  const { visitor, path } = await leaveOpen(all.server, all, 'Some text');
  const { id: messageId } = await readReply(all.db, path);
  const stopped = await visitor.post(`/messages/${messageId}/cancellation`);
  const ids = { messageId, attempt: 1 };
  const { reqId } = await lineOf(all.server, 'Reply stopped.', ids);
  assert.equal(reqId, stopped.headers.get('x-request-id'));
  const { bytes, status } = await lineOf(all.worker, 'Reply left.', ids);
  assert.deepEqual([bytes, status], ['Some text'.length, undefined]);
});

test('what a model did wrong is in the log once, with the ids of the reply', SLOW, async () => {
  const visitor = new Visitor(all.server.url);
  const path = await visitor.startConversation('One');
  (await all.upstream.nextCall()).status(401);
  const { id: messageId } = await closes(all, path, 10);
  const { status } = await lineOf(all.worker, 'Reply ended.', { messageId });
  assert.equal(status, 'failed');
  const warnings = () => logOf(all.worker).filter(({ level }) => Number(level) > 30);
  await eventually(() => warnings().length > 0);
  assert.deepEqual(
    warnings().map(({ level, fault, messageId }) => [level, fault, messageId]),
    [[40, 'unauthorized', messageId]],
  );
  await lineOf(all.server, 'Reply asked for.', { messageId });
  const told = logOf(all.server).filter(line => line.messageId === messageId);
  assert.deepEqual(
    told.map(({ msg }) => msg),
    ['Reply asked for.'],
  );
});

test('in one process the log has the same lines', async t => {
  const installation = await install(t);
  installation.upstream.title = 'A title';
  const server = await startServer(t, installation.environment);
  const { path, call } = await leaveOpen(server, installation, 'Some text');
  call.finish();
  await closes(installation, path, 10);
  await lineOf(server, 'Reply ended.');
  const lines = logOf(server);
  assert.deepEqual(
    lines.map(({ msg }) => msg),
    ['Reply asked for.', 'Reply begun.', 'Reply ended.'],
  );
  assert.equal(new Set(lines.map(({ messageId }) => messageId)).size, 1);
});

test('LOG_LEVEL=warn leaves the ordinary course out of the log', async t => {
  const installation = await install(t, { LOG_LEVEL: 'warn' });
  installation.upstream.title = 'A title';
  const server = await startServer(t, installation.environment);
  const { path, call } = await leaveOpen(server, installation, 'Some text');
  call.finish();
  await closes(installation, path, 10);
  assert.deepEqual(logOf(server), []);
});
