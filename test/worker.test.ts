import assert from 'node:assert/strict';
import { before, suite, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Queue, Worker } from 'bullmq';
import { jobId } from '../jobs/queue.ts';
import { LEASE_MS, LEASE_RENEWAL_MS } from '../src/models/reply.ts';
import { CableClient, identifierOf } from './support/cable-client.ts';
import type { Scope } from './support/close-after.ts';
import { eventually } from './support/eventually.ts';
import { closes, type Installation, install, leaveOpen, readReply } from './support/installation.ts';
import { startRedis } from './support/redis.ts';
import {
  type Program,
  type RunningServer,
  spawnWorker,
  startServer,
  startWorker,
} from './support/server-process.ts';
import { suiteScope } from './support/several-processes.ts';
import { Visitor } from './support/visitor.ts';

/** What a reply may stay open after its writer died. */
const RECOVERY_SECONDS = 30;
/** How long the model may go on after a stop. */
const STOP_MS = 100;
/** A reply that waits for longer has lost its job, whoever looks. */
const LOST_SECONDS = 20;
/** They mostly wait. */
const AT_ONCE = 4;
const SLOW = { timeout: 90_000 };
/** They share what was started. */
const ONE_BY_ONE = { concurrency: 1 };

type Started = Awaited<ReturnType<typeof startAll>>;

/** An installation with a Redis, a web process and a worker. */
async function startAll(t: Scope, settings: Readonly<Record<string, string>> = {}) {
  const redis = await startRedis(t);
  const installation = await install(t, { REDIS_URL: redis.url, ASKS_PER_MINUTE: '1000', ...settings });
  const server = await startServer(t, installation.environment);
  const worker = await startWorker(t, installation.environment);
  return { ...installation, redis, server, worker };
}

/** Subscribes to the conversation at `path`, as its page does. */
async function follow(t: TestContext, visitor: Visitor, url: string, path: string) {
  const { body } = await visitor.get(path);
  const [, name = ''] = /signed-stream-name="([^"]+)"/.exec(body) ?? [];
  const client = await CableClient.connect(t, url, { cookie: visitor.cookie });
  const { type } = await client.subscribe(identifierOf(name));
  assert.equal(type, 'confirm_subscription');
  return client;
}

/** Answers the next question that reaches the model. */
async function answerNext({ upstream }: Installation, text: string): Promise<void> {
  const call = await upstream.nextCall();
  call.text(text);
  call.finish();
}

/** Stops a reply of a silent model. @returns it, and how long the model went on, in ms */
async function stopSilent(all: Started) {
  const reply = await leaveOpen(all.server, all, '');
  const { id } = await readReply(all.db, reply.path);
  const start = performance.now();
  await reply.visitor.post(replyPath(id, 'cancellation'));
  return { ...reply, took: (await reply.call.closed) - start };
}

const replyPath = (id: string, verb: string) => `/messages/${id}/${verb}`;

// One after the other: some say how soon something happens.
suite('web processes and a worker', () => {
  const scope = suiteScope();
  let all: Started;
  let second: RunningServer;
  before(async () => {
    all = await startAll(scope);
    second = await startServer(scope, all.environment);
    await stopSilent(all); // what a process does for the first time takes longer
  });

  test(
    'Stop reaches a silent model within a tenth of a second; what it says later changes nothing',
    SLOW,
    async () => {
      const { path, call, took } = await stopSilent(all);
      assert.ok(took < STOP_MS);
      const stopped = await readReply(all.db, path);
      assert.equal(stopped.status, 'stopped');
      for (const end = performance.now() + 2_000; performance.now() < end; await delay(100))
        call.text('More');
      assert.deepEqual(await readReply(all.db, path), stopped);
    },
  );

  test('deleting a conversation makes the worker leave the model', SLOW, async () => {
    const { visitor, path, call } = await leaveOpen(all.server, all, 'Text');
    const start = performance.now();
    await visitor.post(`${path}/deletion`);
    assert.ok((await call.closed) - start < STOP_MS);
    assert.equal(all.worker.output.stderr, '');
  });

  test(
    'the worker writes what was asked of the web process, and its pages hear every step',
    SLOW,
    async t => {
      const { visitor, path, call } = await leaveOpen(all.server, all, 'Hello');
      const client = await follow(t, visitor, all.server.url, path);
      call.text(' world');
      await client.next(({ message }) => / world</.test(String(message)));
      call.finish();
      await client.next(({ message }) => /data-status="complete"/.test(String(message)));
      assert.equal((await closes(all, path, 5)).content, 'Hello world');
      assert.equal(all.server.output.stderr + all.worker.output.stderr, '');
    },
  );

  test(
    'a stop whose signal is lost takes effect at the next write, or at the next renewal of the lease',
    SLOW,
    async () => {
      const [talking, silent] = [
        await leaveOpen(all.server, all, 'Text'),
        await leaveOpen(all.server, all, ''),
      ];
      for (const { path } of [talking, silent]) {
        const { id } = await readReply(all.db, path);
        const stopped = { status: 'stopped', run_id: null } as const;
        await all.db.updateTable('messages').set(stopped).where('id', '=', id).execute();
      }
      const start = performance.now();
      talking.call.text(' and more');
      assert.ok((await talking.call.closed) - start < LEASE_RENEWAL_MS / 2);
      assert.ok((await silent.call.closed) - start < LEASE_RENEWAL_MS + 1_000);
      assert.equal((await readReply(all.db, talking.path)).content, 'Text');
    },
  );

  test('a worker that was frozen for a moment goes on', SLOW, async () => {
    const { path, call } = await leaveOpen(all.server, all, 'Text');
    all.worker.kill('SIGSTOP');
    await delay(LEASE_MS / 5);
    call.text(' and more');
    all.worker.kill('SIGCONT');
    call.finish();
    const { status, content } = await closes(all, path, 5);
    assert.deepEqual([status, content], ['complete', 'Text and more']);
  });

  test('what is asked of one is seen on the pages of another', SLOW, async t => {
    const { visitor, path, call } = await leaveOpen(all.server, all, 'Hello');
    const client = await follow(t, visitor, second.url, path);
    call.text(' world');
    await client.next(({ message }) => / world</.test(String(message)));
    call.finish();
    await closes(all, path, 5);
    await visitor.post(`${path}/messages`, { content: 'Two' });
    await client.next(({ message }) => /data-of="messages"/.test(String(message)));
    await answerNext(all, 'Two as well');
    await closes(all, path, 5);
  });

  test('a web process that ends sends its readers to the next one, and the reply goes on', SLOW, async t => {
    const { visitor, path, call } = await leaveOpen(second, all, 'Text');
    const client = await follow(t, visitor, second.url, path);
    second.kill('SIGTERM');
    const { reason, reconnect } = await client.next(({ type }) => type === 'disconnect');
    assert.deepEqual([reason, reconnect], ['server_restart', true]);
    assert.deepEqual(await second.exited, { code: 0, signal: null });
    call.text(' and the rest');
    call.finish();
    assert.equal((await closes(all, path, 5)).content, 'Text and the rest');
  });

  test('SIGTERM lets a worker finish what it writes, and it takes nothing new', SLOW, async () => {
    const { path, call } = await leaveOpen(all.server, all, 'Text');
    all.worker.kill('SIGTERM');
    const visitor = new Visitor(all.server.url);
    const later = await eventually(async () => {
      const asked = await visitor.startConversation('Two');
      await delay(200); // shows that something does not happen
      return (await readReply(all.db, asked)).status === 'pending' && asked;
    });
    call.text(' and the rest');
    call.finish();
    assert.deepEqual(await all.worker.exited, { code: 0, signal: null });
    assert.equal((await closes(all, path, 1)).content, 'Text and the rest');
    assert.equal((await readReply(all.db, later)).status, 'pending');
    assert.equal(all.worker.output.stderr, '');
  });
});

suite('what is lost, and what is refused', { concurrency: AT_ONCE }, () => {
  suite('a worker that dies or freezes', ONE_BY_ONE, () => {
    const scope = suiteScope();
    let all: Started;
    let worker: Program;
    before(async () => {
      all = await startAll(scope, { SHUTDOWN_GRACE_SECONDS: '1' });
      worker = all.worker;
    });

    test('after kill -9 another worker settles what has text, and writes what has none', SLOW, async () => {
      const [begun, silent] = [
        await leaveOpen(all.server, all, 'Text'),
        await leaveOpen(all.server, all, ''),
      ];
      const second = await startWorker(scope, all.environment);
      worker.kill('SIGKILL');
      await answerNext(all, 'Written after all');
      const interrupted = await closes(all, begun.path, RECOVERY_SECONDS);
      const written = await closes(all, silent.path, RECOVERY_SECONDS);
      assert.deepEqual([interrupted.status, interrupted.content], ['interrupted', 'Text']);
      assert.deepEqual([written.status, written.content], ['complete', 'Written after all']);
      assert.equal(second.output.stderr, '');
      worker = second;
      const { body } = await begun.visitor.get(begun.path);
      assert.match(body, /Continue/);
      assert.match(body, /Regenerate/);
    });

    test('a worker that wakes while another writes in its place adds not a byte', SLOW, async () => {
      const { path, call } = await leaveOpen(all.server, all, '');
      worker.kill('SIGSTOP');
      const second = await startWorker(scope, all.environment);
      const again = await all.upstream.nextCall();
      again.text('From the other');
      call.text('From the first');
      worker.kill('SIGCONT');
      await call.closed;
      again.text(', to the end');
      again.finish();
      const { status, content } = await closes(all, path, 10);
      assert.deepEqual([status, content], ['complete', 'From the other, to the end']);
      assert.equal(worker.output.stderr, '');
      worker.kill('SIGKILL');
      await worker.exited;
      worker = second;
    });

    test(
      'a worker that was frozen past its lease writes not another byte, and holds nobody up meanwhile',
      SLOW,
      async () => {
        const { path, call } = await leaveOpen(all.server, all, 'Text');
        worker.kill('SIGSTOP');
        const second = await startWorker(scope, all.environment);
        const other = await leaveOpen(all.server, all, 'Written meanwhile');
        other.call.finish();
        assert.equal((await closes(all, other.path, 5)).status, 'complete');

        const settled = await closes(all, path, RECOVERY_SECONDS);
        assert.equal(settled.status, 'interrupted');
        call.text(' and more');
        worker.kill('SIGCONT');
        await call.closed;
        assert.deepEqual(await readReply(all.db, path), settled);
        worker.kill('SIGKILL');
        await worker.exited;
        worker = second;
      },
    );

    test(
      'what does not end in time after SIGTERM is settled, or given to another worker at once',
      SLOW,
      async () => {
        const [begun, silent] = [
          await leaveOpen(all.server, all, 'Text'),
          await leaveOpen(all.server, all, ''),
        ];
        const second = await startWorker(scope, all.environment);
        worker.kill('SIGTERM');
        assert.deepEqual(await worker.exited, { code: 0, signal: null });
        const ended = performance.now();
        const again = await all.upstream.nextCall();
        assert.ok(performance.now() - ended < 2_000);
        again.text('Written by another');
        again.finish();
        const { status, note } = await readReply(all.db, begun.path);
        assert.deepEqual(
          [status, note],
          ['interrupted', 'The server was restarted while it wrote this reply.'],
        );
        assert.equal((await closes(all, silent.path, 5)).content, 'Written by another');
        worker = second;
      },
    );

    test('a reply whose writers die twice before a word fails, and can be tried again', SLOW, async t => {
      const earlier = all.upstream.calls;
      const { visitor, path } = await leaveOpen(all.server, all, '');
      worker.kill('SIGKILL');
      const second = await startWorker(t, all.environment);
      await all.upstream.nextCall();
      second.kill('SIGKILL');
      await startWorker(t, all.environment);
      const { status, note } = await closes(all, path, RECOVERY_SECONDS);
      assert.deepEqual([status, note], ['failed', 'The reply could not be written.']);
      assert.equal(all.upstream.calls, earlier + 2);
      assert.match((await visitor.get(path)).body, /Try again/);
    });
  });

  suite('what Redis loses', ONE_BY_ONE, () => {
    const scope = suiteScope();
    let all: Started;
    before(async () => {
      all = await startAll(scope, { WORKER_CONCURRENCY: '1', SHUTDOWN_GRACE_SECONDS: '1' });
    });
    const up = async () => await (await fetch(`${all.server.url}/up`)).text();

    test(
      'a Redis that loses its memory loses no reply, whether it waits or is being written',
      SLOW,
      async () => {
        const { path, call } = await leaveOpen(all.server, all, 'Text');
        const waiting = await new Visitor(all.server.url).startConversation('Two');
        await all.redis.command('FLUSHALL');
        call.text(' and the rest');
        call.finish();
        assert.equal((await closes(all, path, 5)).content, 'Text and the rest');
        await answerNext(all, 'Found');
        assert.equal((await closes(all, waiting, LOST_SECONDS)).content, 'Found');
      },
    );

    test('a Redis that is full holds replies up, and loses none; the log stays readable', SLOW, async () => {
      await all.redis.command('CONFIG', 'SET', 'maxmemory', '1mb');
      const path = await new Visitor(all.server.url).startConversation('One');
      const complaints = () => all.worker.output.stdout.match(/OOM/g)?.length ?? 0;
      await eventually(() => complaints() >= 3);
      assert.equal((await readReply(all.db, path)).status, 'pending');
      assert.ok(complaints() < 10);

      await all.redis.command('CONFIG', 'SET', 'maxmemory', '0');
      await answerNext(all, 'Found');
      assert.equal((await closes(all, path, 5)).content, 'Found');
    });

    test(
      'while Redis is away asking answers at once; the reply is written when it is back',
      SLOW,
      async () => {
        assert.equal(await up(), 'ok\n');
        await all.redis.stop();
        const visitor = new Visitor(all.server.url);
        const start = performance.now();
        const path = await visitor.startConversation('One');
        const { body } = await visitor.get(path);
        assert.ok(performance.now() - start < 1_000);
        assert.match(body, /Waiting/);
        assert.match(await eventually(async () => (await up()) !== 'ok\n' && (await up())), /^ok, but Redis/);

        await all.redis.start();
        await answerNext(all, 'Found');
        assert.equal((await closes(all, path, 5)).content, 'Found');
        await eventually(async () => (await up()) === 'ok\n');
      },
    );

    test(
      'while Redis hangs asking answers at once as well; the replies are written when it wakes',
      SLOW,
      async () => {
        const visitor = new Visitor(all.server.url);
        const askInTime = async () => {
          const start = performance.now();
          const path = await visitor.startConversation('One');
          assert.ok(performance.now() - start < 1_000);
          return path;
        };
        all.redis.kill('SIGSTOP');
        const paths = [await askInTime()];
        await eventually(async () => (await up()) !== 'ok\n', 15);
        paths.push(await askInTime());
        all.redis.kill('SIGCONT');
        for (const _ of paths) await answerNext(all, 'Found');
        for (const path of paths) assert.equal((await closes(all, path, 10)).content, 'Found');
        await eventually(async () => (await up()) === 'ok\n');
      },
    );

    test('a page hears of the end of a reply that was written while Redis was away', SLOW, async t => {
      const { visitor, path, call } = await leaveOpen(all.server, all, 'Text');
      const client = await follow(t, visitor, all.server.url, path);
      await all.redis.stop();
      call.text(' and the rest');
      call.finish();
      assert.equal((await closes(all, path, 5)).content, 'Text and the rest');
      assert.ok(!client.frames.some(frame => frame.includes('and the rest')));
      await all.redis.start();
      await client.next(({ message }) => message === '<turbo-stream action="catch_up"></turbo-stream>');
    });

    test('a reply whose job failed without its handler is written', SLOW, async t => {
      all.worker.kill('SIGTERM');
      await all.worker.exited;
      const path = await new Visitor(all.server.url).startConversation('One');
      const { id: messageId, attempt } = await readReply(all.db, path);
      await failJob(t, all.redis.url, jobId('write-reply', { messageId, attempt }));

      all = { ...all, worker: await startWorker(scope, all.environment) };
      await answerNext(all, 'Found');
      assert.equal((await closes(all, path, LOST_SECONDS)).content, 'Found');
    });

    test('SIGTERM ends both while Redis is away, with what was being written settled', SLOW, async () => {
      const { path } = await leaveOpen(all.server, all, 'Text');
      await all.redis.stop();
      for (const program of [all.server, all.worker]) {
        program.kill('SIGTERM');
        assert.deepEqual(await program.exited, { code: 0, signal: null });
        assert.equal(program.output.stderr, '');
      }
      assert.equal((await readReply(all.db, path)).status, 'interrupted');
    });
  });

  test(
    'a reply is written though the process that asked died before it could hand over the job',
    SLOW,
    async t => {
      const redis = await startRedis(t, false);
      const installation = await install(t, { REDIS_URL: redis.url });
      const server = await startServer(t, installation.environment);
      const path = await new Visitor(server.url).startConversation('One');
      server.kill('SIGKILL');
      await server.exited;

      await redis.start();
      await startWorker(t, installation.environment);
      await answerNext(installation, 'Found');
      assert.equal((await closes(installation, path, 5)).content, 'Found');
    },
  );

  test(
    'both kinds of process wait for a Redis that is away when they start, and say so now and then',
    SLOW,
    async t => {
      const redis = await startRedis(t, false);
      const installation = await install(t, { REDIS_URL: redis.url });
      const server = await startServer(t, installation.environment);
      const worker = await startWorker(t, installation.environment);
      const path = await new Visitor(server.url).startConversation('One');
      const complaints = () =>
        [server, worker].map(({ output }) => output.stdout.match(/cannot be reached/g)?.length ?? 0);
      await eventually(() => complaints().every(count => count >= 2), 15);
      assert.ok(complaints().every(count => count < 5));

      await redis.start();
      await answerNext(installation, 'Found');
      assert.equal((await closes(installation, path, 5)).content, 'Found');
    },
  );

  test('a person may ask only so often, wherever', SLOW, async t => {
    const all = await startAll(t, { ASKS_PER_MINUTE: '1' });
    all.upstream.answerAll(call => call.finish());
    const second = await startServer(t, all.environment);
    const visitor = new Visitor(all.server.url);
    await visitor.get('/');
    await visitor.startConversation('One');
    const elsewhere = new Visitor(second.url);
    elsewhere.cookie = visitor.cookie;
    const askElsewhere = async () => (await elsewhere.post('/conversations', { content: 'Two' })).status;
    const letThrough = () =>
      second.output.stdout.match(/could not be counted, and is let through/g)?.length ?? 0;
    // A busy Redis may not count in time; the question counts all the same.
    for (let uncounted = 1; (await askElsewhere()) !== 429; uncounted++)
      await eventually(() => letThrough() === uncounted);
    const before = letThrough();
    await all.redis.stop();
    assert.equal(await askElsewhere(), 303);
    await eventually(() => letThrough() > before);
  });

  test('a worker without REDIS_URL ends with one line that says why', SLOW, async t => {
    const { environment } = await install(t);
    const worker = await spawnWorker(t, environment);
    assert.deepEqual(await worker.exited, { code: 1, signal: null });
    assert.match(worker.output.stderr, /^REDIS_URL is not set[^\n]+\n$/);
  });
});

/** Makes the waiting job fail, as one does that stalled too often. */
async function failJob(t: TestContext, url: string, id: string): Promise<void> {
  const connection = { url };
  const worker = new Worker(
    'jobs',
    async () => {
      throw new Error('This one cannot be done.');
    },
    { connection, prefix: '{parley}' },
  );
  const queue = new Queue('jobs', { connection, prefix: '{parley}' });
  t.after(() => Promise.all([worker.close(), queue.close()]));
  await eventually(async () => (await queue.getJobState(id)) === 'failed');
  await worker.close();
}
