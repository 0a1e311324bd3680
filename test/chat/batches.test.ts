import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type Batch, inBatches } from '../../src/chat/batches.ts';
import type { ReplyEvent } from '../../src/llm/model.ts';

type End = Extract<ReplyEvent, { type: 'end' }>;

const end: End = {
  type: 'end',
  note: undefined,
  model: 'scripted',
  promptTokens: undefined,
  completionTokens: undefined,
};

/** Timers count in whole milliseconds, and may fire within the one before. */
const TIMER_TOLERANCE_MS = 3;

function text(piece: string): ReplyEvent {
  return { type: 'text', text: piece };
}

async function all(batches: AsyncIterable<Batch>): Promise<Batch[]> {
  return await Array.fromAsync(batches);
}

function textOf(batches: readonly Batch[]): string {
  return batches.map(batch => batch.text).join('');
}

test('the first batch comes at once, with the first event', async () => {
  const taken = Promise.withResolvers<void>();
  async function* events() {
    yield text('first');
    await taken.promise;
    yield text(' second');
    yield end;
  }
  const batches = inBatches(events());
  assert.deepEqual((await batches.next()).value, { text: 'first', reasoning: '', end: undefined });
  taken.resolve();
  assert.equal(textOf(await all(batches)), ' second');
});

test('many small events make few batches, at least 40 ms apart, and nothing is lost', async () => {
  const pieces = Array.from({ length: 100 }, (_, i) => `${i} `);
  async function* events() {
    for (const piece of pieces) {
      yield text(piece);
      await delay(2);
    }
    yield end;
  }
  const batches: Batch[] = [];
  const times: number[] = [];
  for await (const batch of inBatches(events())) {
    times.push(performance.now());
    batches.push(batch);
  }
  assert.equal(textOf(batches), pieces.join(''));
  assert.ok(batches.length > 2);
  const gaps = times.slice(1, -1).map((time, i) => time - (times[i] ?? 0));
  assert.ok(Math.min(...gaps) >= 40 - TIMER_TOLERANCE_MS, `gaps of ${gaps} ms`);
});

test('the last batch waits for nothing', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] }); // and nobody lets the time go on
  const taken = Promise.withResolvers<void>();
  async function* events() {
    yield text('first');
    await taken.promise;
    yield text(' last');
    yield end;
  }
  const batches = inBatches(events());
  await batches.next();
  const last = batches.next();
  taken.resolve();
  assert.deepEqual((await last).value, { text: ' last', reasoning: '', end });
});

test('batches come less often when carrying them out takes long', async () => {
  const stop = new AbortController();
  async function* events() {
    while (!stop.signal.aborted) {
      yield text('.');
      await delay(5);
    }
  }
  const times: number[] = [];
  for await (const _ of inBatches(events())) {
    times.push(performance.now());
    if (times.length === 4) stop.abort();
    await delay(30);
  }
  const gaps = times.slice(1, 4).map((time, i) => time - (times[i] ?? 0));
  assert.ok(Math.min(...gaps) >= 4 * (30 - TIMER_TOLERANCE_MS), `gaps of ${gaps} ms`);
});

test('all that comes while a batch is carried out is in the next one', async () => {
  const [taken, gathered] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  async function* events() {
    yield text('first');
    await taken.promise;
    for (let i = 0; i < 1000; i++) yield text('x');
    gathered.resolve();
    yield end;
  }
  const batches: Batch[] = [];
  for await (const batch of inBatches(events())) {
    batches.push(batch);
    taken.resolve();
    await gathered.promise;
  }
  assert.equal(batches[1]?.text, 'x'.repeat(1000));
});

test('the end comes with the last batch, also when there is no more text', async () => {
  async function* withText() {
    yield text('All');
    yield end;
  }
  async function* withoutText() {
    yield end;
  }
  const ends = (batches: readonly Batch[]) => batches.map(batch => batch.end);
  assert.equal(ends(await all(inBatches(withText()))).at(-1), end);
  assert.deepEqual(await all(inBatches(withoutText())), [{ text: '', reasoning: '', end }]);
});

test('text and reasoning are gathered apart, each in its order', async () => {
  const events = async function* (): AsyncGenerator<ReplyEvent> {
    yield { type: 'reasoning', text: 'Hm' };
    yield { type: 'reasoning', text: ', so' };
    yield text('It');
    yield { type: 'reasoning', text: '.' };
    yield text(' is.');
    yield end;
  };
  const batches = await all(inBatches(events()));
  assert.equal(textOf(batches), 'It is.');
  assert.equal(batches.map(batch => batch.reasoning).join(''), 'Hm, so.');
});

test('an error comes after all the text that came before it', async () => {
  const fault = new Error('The connection broke off.');
  async function* events() {
    yield text('first');
    yield text(' and');
    yield text(' last');
    throw fault;
  }
  const batches: Batch[] = [];
  const reading = async () => {
    for await (const batch of inBatches(events())) batches.push(batch);
  };
  await assert.rejects(reading, fault);
  assert.equal(textOf(batches), 'first and last');
});

test('events that end without a word make no batch', async () => {
  assert.deepEqual(await all(inBatches((async function* (): AsyncGenerator<ReplyEvent> {})())), []);
});
