import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, suite, type TestContext, test } from 'node:test';
import { pino } from 'pino';
import { bullmqQueue } from '../../jobs/bullmq-queue.ts';
import { inProcessQueue } from '../../jobs/in-process-queue.ts';
import { type Handlers, jobId, type Queue } from '../../jobs/queue.ts';
import { openRedisCluster } from '../../src/redis/redis-cluster.ts';
import type { RedisServer } from '../../src/redis/redis-server.ts';
import { openRedis } from '../../src/redis/single-redis.ts';
import { closeAfter } from '../support/close-after.ts';
import { eventually } from '../support/eventually.ts';
import { startRedis } from '../support/redis.ts';
import { startRedisCluster } from '../support/redis-cluster.ts';

interface Opened {
  readonly queue: Queue;
  /** What jobs threw. */
  readonly errors: readonly unknown[];
  /** Of which jobs. */
  readonly failed: readonly string[];
}

type Open = (t: TestContext, options?: { concurrency: number }) => Opened | Promise<Opened>;
type Work = Handlers['write-reply'];

const LOG = pino({ level: 'silent' });
/** One for all tests here: it takes seconds to start. */
const cluster = startRedisCluster({ after });

/** Each way to run jobs has to pass the same tests. */
const adapters: Readonly<Record<string, Open>> = {
  'in-process': (t, { concurrency } = { concurrency: 10 }) => {
    const errors: unknown[] = [];
    const failed: string[] = [];
    const onError = (error: unknown, id: string) => {
      errors.push(error);
      failed.push(id);
    };
    const queue = inProcessQueue({ concurrency, onError });
    t.after(() => queue.close(0));
    return { queue, errors, failed };
  },

  BullMQ: async (t, options) => await openBullmq(t, openRedis((await startRedis(t)).url, LOG), options),

  async 'BullMQ in a Redis Cluster'(t, options) {
    const { url, empty } = await cluster;
    await empty();
    return await openBullmq(t, openRedisCluster(url, LOG), options);
  },
};

async function openBullmq(
  t: TestContext,
  redis: RedisServer,
  { concurrency } = { concurrency: 10 },
): Promise<Opened> {
  closeAfter(t, () => redis.close());
  await once(redis.commands, 'ready');
  await redis.commands.get('{parley}'); // and so is the connection to the node that has the jobs
  const errors: unknown[] = [];
  const failed: string[] = [];
  const onError = (error: unknown, id: string) => {
    errors.push(error);
    failed.push(id);
  };
  const queue = bullmqQueue({ redis, log: LOG, concurrency, onError });
  closeAfter(t, () => queue.close(0));
  return { queue, errors, failed };
}

/** A job that runs until the test lets it end. */
function gate() {
  const started: string[] = [];
  const { promise, resolve: open } = Promise.withResolvers<void>();
  const work: Work = async ({ messageId }) => {
    started.push(messageId);
    await promise;
  };
  return { started, work, open };
}

/** What runs the jobs of which a test adds none. */
const NONE: Handlers = { 'write-reply': async () => {}, 'name-conversation': async () => {} };

const job = (messageId: string, attempt = 1) => ({ messageId, attempt });

for (const [name, open] of Object.entries(adapters)) {
  suite(`the ${name} queue`, () => {
    test('runs a job with its payload, whether it was added before or after the work began', async t => {
      const { queue } = await open(t);
      const ran: unknown[] = [];
      await queue.add('write-reply', job('before'));
      queue.work({ ...NONE, 'write-reply': async payload => void ran.push(payload) });
      await queue.add('write-reply', job('after', 2));
      await eventually(() => ran.length === 2);
      assert.deepEqual(ran, [job('before'), job('after', 2)]);
    });

    test('leaves a job that waits or runs as it is when it is added again', async t => {
      const { queue } = await open(t);
      const { started, work, open: end } = gate();
      await queue.add('write-reply', job('one'));
      await queue.add('write-reply', job('one'));
      queue.work({ ...NONE, 'write-reply': work });
      await eventually(() => started.length > 0);
      await queue.add('write-reply', job('one'));
      await queue.add('write-reply', job('two'));
      await eventually(() => started.includes('two'));
      assert.deepEqual(started, ['one', 'two']);
      end();
    });

    test('runs the next attempt beside the one before', async t => {
      const { queue } = await open(t);
      const { started, work, open: end } = gate();
      queue.work({ ...NONE, 'write-reply': work });
      await queue.add('write-reply', job('one', 1));
      await queue.add('write-reply', job('one', 2));
      await eventually(() => started.length === 2);
      end();
    });

    test('hands each job to the handler of its name, and tells them apart by it', async t => {
      const { queue } = await open(t);
      const ran: unknown[] = [];
      queue.work({
        'write-reply': async payload => void ran.push(['write-reply', payload]),
        'name-conversation': async payload => void ran.push(['name-conversation', payload]),
      });
      const naming = { questionId: 'one-1' };
      await queue.add('write-reply', job('one', 1));
      await queue.add('name-conversation', naming);
      await queue.add('name-conversation', { questionId: 'two' });
      await eventually(() => ran.length === 3);
      assert.deepEqual(
        new Set(ran),
        new Set([
          ['write-reply', job('one', 1)],
          ['name-conversation', naming],
          ['name-conversation', { questionId: 'two' }],
        ]),
      );
    });

    test('runs as many jobs at once as it may, and the rest after them', async t => {
      const { queue } = await open(t, { concurrency: 2 });
      let [running, most, ended] = [0, 0, 0];
      queue.work({
        ...NONE,
        'write-reply': async () => {
          most = Math.max(most, ++running);
          await new Promise(setImmediate);
          running -= 1;
          ended += 1;
        },
      });
      for (let i = 0; i < 10; i++) await queue.add('write-reply', job(`job ${i}`));
      await eventually(() => ended === 10);
      assert.equal(most, 2);
    });

    test('reports a job that throws, and goes on with the others', async t => {
      const { queue, errors, failed } = await open(t, { concurrency: 1 });
      const ran: string[] = [];
      const fault = new Error('This one cannot be done.');
      queue.work({
        ...NONE,
        'write-reply': async ({ messageId }) => {
          if (messageId === 'bad') throw fault;
          ran.push(messageId);
        },
      });
      for (const id of ['bad', 'good']) await queue.add('write-reply', job(id));
      await eventually(() => ran.length === 1);
      assert.deepEqual(errors, [fault]);
      assert.deepEqual(failed, [jobId('write-reply', job('bad'))]);
    });

    test('runs a job that failed once more when it is added again', async t => {
      const { queue, errors } = await open(t);
      let runs = 0;
      queue.work({
        ...NONE,
        'write-reply': async () => {
          runs += 1;
          if (runs === 1) throw new Error('Not this time.');
        },
      });
      await queue.add('write-reply', job('one'));
      await eventually(async () => {
        if (errors.length > 0 && runs < 2) await queue.add('write-reply', job('one'));
        return runs === 2;
      });
      assert.equal(errors.length, 1);
    });

    test('lets running jobs end when it closes, and begins no other', async t => {
      const { queue } = await open(t, { concurrency: 1 });
      const ended: string[] = [];
      const { started, work, open: end } = gate();
      queue.work({
        ...NONE,
        async 'write-reply'(payload, shutdown, waitedMs) {
          await work(payload, shutdown, waitedMs);
          ended.push(`${payload.messageId}, ${shutdown.aborted ? 'told' : 'not told'}`);
        },
      });
      await queue.add('write-reply', job('runs'));
      await queue.add('write-reply', job('waits'));
      await eventually(() => started.length > 0);

      const closed = queue.close(60_000);
      await queue.add('write-reply', job('comes too late'));
      end();
      await closed;
      assert.deepEqual(ended, ['runs, not told']);
      assert.deepEqual(started, ['runs']);
    });

    test('tells jobs to settle when their time is over, and waits until they have', async t => {
      const { queue } = await open(t);
      const began = Promise.withResolvers<void>();
      const settled = Promise.withResolvers<void>();
      const happened: string[] = [];
      queue.work({
        ...NONE,
        async 'write-reply'(_payload, shutdown) {
          shutdown.addEventListener('abort', () => happened.push('told'));
          began.resolve();
          await settled.promise;
          happened.push('settled');
        },
      });
      await queue.add('write-reply', job('one'));
      await began.promise;

      const start = performance.now();
      const closed = queue.close(100).then(() => happened.push('closed'));
      await eventually(() => happened.includes('told'));
      assert.ok(performance.now() - start >= 95, 'not before the time was over');
      settled.resolve();
      await closed;
      assert.deepEqual(happened, ['told', 'settled', 'closed']);
    });

    test('says how many jobs wait, and for how long the first of them has', async t => {
      const { queue } = await open(t, { concurrency: 1 });
      assert.deepEqual(await queue.backlog(), { waiting: 0, oldestWaitMs: 0 });
      const { started, work, open: end } = gate();
      const waited: number[] = [];
      queue.work({
        ...NONE,
        async 'write-reply'(payload, shutdown, waitedMs) {
          waited.push(waitedMs);
          await work(payload, shutdown, waitedMs);
        },
      });
      await queue.add('write-reply', job('runs'));
      await eventually(() => started.length === 1);
      const before = performance.now();
      await queue.add('write-reply', job('waits'));
      const start = performance.now();
      await eventually(() => performance.now() - start > 100);
      await queue.add('write-reply', job('waits as well'));

      const backlog = await queue.backlog();
      assert.equal(backlog?.waiting, 2);
      const { oldestWaitMs } = backlog;
      const most = performance.now() - before + 2; // its times are in whole milliseconds
      assert.ok(oldestWaitMs > 95 && oldestWaitMs <= most, `${oldestWaitMs} ms of ${most}`);
      end();
      await eventually(() => started.length === 3);
      assert.deepEqual(await queue.backlog(), { waiting: 0, oldestWaitMs: 0 });
      assert.ok(waited[1] !== undefined && waited[1] >= oldestWaitMs - 5, `${waited} ms`);
    });

    test('closes though it has never worked', async t => {
      const { queue } = await open(t);
      await queue.add('write-reply', job('one'));
      await queue.close(0);
    });
  });
}

test('what waits in Redis is not known while it is away', async t => {
  const server = await startRedis(t, false);
  const redis = openRedis(server.url, LOG);
  closeAfter(t, () => redis.close());
  const queue = bullmqQueue({
    redis,
    log: LOG,
    concurrency: 1,
    onError: error => assert.fail(String(error)),
  });
  closeAfter(t, () => queue.close(0));
  assert.equal(await queue.backlog(), undefined);
  await server.start();
  await eventually(async () => (await queue.backlog())?.waiting === 0);
});
