import assert from 'node:assert/strict';
import test from 'node:test';
import type { FaultKind } from '../../src/llm/faults.ts';
import { API_KEY } from '../llm/asking.ts';
import { faultCases } from '../llm/fault-cases.ts';
import { startTestApp } from '../support/app.ts';
import { closeAfter } from '../support/close-after.ts';
import { freePort } from '../support/free-port.ts';
import { holdTimers } from '../support/held-timers.ts';
import { openStream, readStream, sentenceIn, WAYS, type Way } from './reading.ts';

/** Of those kinds that are not simply a bad gateway. */
const STATUSES: Readonly<Partial<Record<FaultKind, number>>> = {
  'too-long': 422,
  'filtered-question': 422,
  filtered: 422,
  'rate-limited': 503,
  silent: 504,
};

for (const { title, answer, kind, says, text = '' } of faultCases) {
  test(`${title}: every way says so after what came, and then ends`, async t => {
    const { url, upstream } = await startTestApp(t, { OPENAI_API_KEY: API_KEY });
    upstream.answerAll(answer);
    for (const way of WAYS) {
      const events = await readStream(t, ...way.request(url, 'Hello?'));
      const sentence = sentenceIn(events.at(-2));
      assert.match(sentence, says, way.name);
      assert.deepEqual(events, [
        ...(text ? [way.text(text, text)] : []),
        way.error(sentence, STATUSES[kind] ?? 502),
        way.end,
      ]);
      assert.ok(!events.join().includes(API_KEY));
    }
  });
}

/** Where no server answers at all, by its settings. */
const unanswered: Readonly<Record<string, { settings: Record<string, string>; says: RegExp }>> = {
  'a server that is not running': {
    settings: { OPENAI_BASE_URL: `http://127.0.0.1:${await freePort()}/v1` },
    says: /not running: start it/,
  },
  'a name that nobody knows': {
    settings: { OPENAI_BASE_URL: 'http://no-such-host.invalid/v1' },
    says: /name of the model's server is not known/,
  },
  'a server without a model': { settings: { OPENAI_MODEL: '' }, says: /lists no model/ },
  'an address that cannot be asked': {
    settings: { OPENAI_BASE_URL: 'http://user:secret@127.0.0.1/v1' },
    says: /cannot be asked like this/,
  },
};

for (const [title, { settings, says }] of Object.entries(unanswered)) {
  test(`${title}: every way says so, and then ends`, async t => {
    const { url, upstream } = await startTestApp(t, settings);
    upstream.models = [];
    await Promise.all(
      WAYS.map(async way => {
        const events = await readStream(t, ...way.request(url, 'Hello?'));
        const sentence = sentenceIn(events[0]);
        assert.match(sentence, says);
        assert.deepEqual(events, [way.error(sentence, 502), way.end]);
      }),
    );
  });
}

test('a model that falls silent is given up, and what it had said is kept', async t => {
  const silence = holdTimers(t, 77_000);
  const { url, upstream } = await startTestApp(t, { OPENAI_IDLE_SECONDS: '77' });
  upstream.answerAll(call => call.text('Hel'));
  const open = async (way: Way) => {
    const stream = await openStream(t, ...way.request(url, 'Hello?'));
    assert.equal(await stream.next(), way.text('Hel', 'Hel'));
    return { way, stream };
  };
  const streams = await Promise.all(WAYS.map(open));
  await silence.areRunning(streams.length);
  silence.goOff();
  for (const { way, stream } of streams) {
    const events = await stream.rest();
    const sentence = sentenceIn(events[0]);
    assert.match(sentence, /^Nothing came from the model for 77 seconds\./);
    assert.deepEqual(events, [way.error(sentence, 504), way.end]);
  }
});

const cutShort: Readonly<Record<string, RegExp>> = { length: /reached the length/, content_filter: /filter/ };

for (const [reason, says] of Object.entries(cutShort)) {
  test(`a reply that is cut short by its ${reason} comes with a note`, async t => {
    const { url, upstream } = await startTestApp(t);
    upstream.answerAll(call => {
      call.text('Hel');
      call.finish(reason);
    });
    for (const way of WAYS) {
      const events = await readStream(t, ...way.request(url, 'Hello?'));
      const note = sentenceIn(events[1]);
      assert.match(note, says);
      assert.deepEqual(events, [way.text('Hel', 'Hel'), way.error(note, 206), way.end]);
    }
  });
}

test('what the model thinks is not told', async t => {
  const { url, upstream } = await startTestApp(t);
  upstream.answerAll(call => {
    call.reasoning('Let me see.');
    call.text('Hello');
    call.finish();
  });
  for (const way of WAYS) {
    assert.deepEqual(await readStream(t, ...way.request(url, 'Hello?')), [
      way.text('Hello', 'Hello'),
      way.end,
    ]);
  }
});

for (const way of WAYS) {
  test(`${way.name}: a fault of the program itself is said in words`, async t => {
    // The sweep looks for deleted bots meanwhile.
    const { url, deps } = await startTestApp(t, {}, /An event stream failed|The sweep failed/);
    const rename = (table: string, other: string) =>
      deps.db.schema.alterTable(table).renameTo(other).execute();
    await rename('bots', 'bots_that_are_lost');
    closeAfter(t, () => rename('bots_that_are_lost', 'bots'));
    const sentence = 'Something went wrong on the server. It has been written down.';
    assert.deepEqual(await readStream(t, ...way.request(url, 'Hello?')), [way.error(sentence, 500), way.end]);
  });
}
