import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import { afterEach, before, suite, test } from 'node:test';
import fc from 'fast-check';
import { eventually } from '../support/eventually.ts';
import { closes, readReply } from '../support/installation.ts';
import { meet } from '../support/meet.ts';
import {
  ask,
  assertEndsTheSame,
  assertOneWon,
  doAnything,
  holdModel,
  letModelAnswer,
  letModelTalk,
  listVersion,
  pathOf,
  readEverywhere,
  startTalk,
} from '../support/races.ts';
import { Random } from '../support/random.ts';
import { messagesOf } from '../support/rows.ts';
import {
  newPerson,
  type SeveralProcesses,
  startSeveral,
  suiteScope,
  unexpectedErrors,
} from '../support/several-processes.ts';
import { assertSound, conversationAt } from '../support/sound-rows.ts';
import type { Answer, Visitor } from '../support/visitor.ts';

/** The second time after what the first one left. */
const ROUNDS = 2;
/** Which of two that are not alike comes first. */
const EITHER = [0, 1] as const;
/** So often nothing makes them meet but chance. */
const CHANCES = 3;
/** So many are seen of a list, and as often one is seen again. */
const STATES = 6;
const STILL_WRITTEN = /A reply is still being written/;

suite('several writers at once', () => {
  const scope = suiteScope();
  let all: SeveralProcesses;
  before(async () => {
    all = await startSeveral(scope);
  });
  afterEach(() => assert.deepEqual(unexpectedErrors([...all.servers, ...all.workers]), []));

  test('of two questions to one conversation one is asked, and the other told to wait', async t => {
    const everywhere = await newPerson(all);
    const path = await startTalk(all, everywhere);
    const readers = await readEverywhere(t, all, everywhere, path);
    for (let round = 0; round < ROUNDS; round++) {
      const { release } = holdModel(all);
      assertOneWon(await meet(all, everywhere, person => ask(person, path, 'Two')), 409, STILL_WRITTEN);
      release();
      await closes(all, path, 10);
    }
    assert.equal((await conversationAt(all.db, path)).list_version, 1 + ROUNDS);
    assert.equal((await messagesOf(all.db, path)).length, 2 + 2 * ROUNDS);
    await assertEndsTheSame(all, path, readers);
  });

  test('a form that is sent many times at once asks once', async () => {
    const everywhere = await newPerson(all);
    letModelAnswer(all);
    let path = '';
    for (let round = 0; round < ROUNDS; round++) {
      const form = { id: randomUUIDv7(), content: 'Once', bot: 'ChatBot' };
      const twice = [...everywhere, ...everywhere];
      const answers = await meet(all, twice, person => person.post('/conversations', form));
      assert.ok(answers.every(({ status }) => status === 303));
      assert.equal(new Set(answers.map(pathOf)).size, 1);
      path = pathOf(answers[0]);
      await closes(all, path, 10);
      assert.equal((await messagesOf(all.db, path)).length, 2);
    }
    assert.equal(await listVersion(all, path), ROUNDS);
  });

  test('a form’s id that two people send at once is the one’s, and unknown to the other', async () => {
    letModelAnswer(all);
    const [[one], [, other]] = [await newPerson(all), await newPerson(all)];
    for (let round = 0; round < ROUNDS; round++) {
      const form = { id: randomUUIDv7(), content: 'Mine', bot: 'ChatBot' };
      const answers = await meet(all, [one, other], person => person.post('/conversations', form));
      await closes(all, assertOneWon(answers, 404, /There is no such (?:form|conversation)/), 10);
    }
  });

  test('of two regenerations of a reply one is written, and the other told to wait', async t => {
    const everywhere = await newPerson(all);
    const path = await startTalk(all, everywhere);
    const { id } = await readReply(all.db, path);
    const readers = await readEverywhere(t, all, everywhere, path);
    for (let round = 0; round < ROUNDS; round++) {
      const { release } = holdModel(all);
      const regenerate = (person: Visitor) => person.post(`/messages/${id}/regeneration`);
      assertOneWon(await meet(all, everywhere, regenerate), 409, STILL_WRITTEN);
      release();
      await closes(all, path, 10);
    }
    assert.equal((await conversationAt(all.db, path)).list_version, 1 + ROUNDS);
    assert.equal((await messagesOf(all.db, path)).length, 2 + ROUNDS);
    await assertEndsTheSame(all, path, readers);
  });

  test('a question that is changed here, and followed by another there, goes one way', async t => {
    const everywhere = await newPerson(all);
    const path = await startTalk(all, everywhere);
    const [question] = await messagesOf(all.db, path);
    const readers = await readEverywhere(t, all, everywhere, path);
    for (const first of EITHER) {
      const { release } = holdModel(all);
      const words = { id: randomUUIDv7(), content: `Otherwise ${first}`, bot: 'ChatBot' };
      const answers = await meet(all, everywhere, (person, n) =>
        n === first ? person.post(`/messages/${question?.id}/revision`, words) : ask(person, path, 'Two'),
      );
      assertOneWon(answers, 409, STILL_WRITTEN);
      release();
      await closes(all, path, 10);
    }
    await assertEndsTheSame(all, path, readers);
  });

  test('of two who go on with a stopped reply one is heard, and the other told to wait', async t => {
    const everywhere = await newPerson(all);
    const path = await startTalk(all, everywhere);
    const { id } = await readReply(all.db, path);
    const stopped = { status: 'stopped' } as const;
    await all.db.updateTable('messages').set(stopped).where('id', '=', id).execute();
    const readers = await readEverywhere(t, all, everywhere, path);
    for (let round = 0; round < ROUNDS; round++) {
      const { asked } = holdModel(all);
      const goOn = (person: Visitor) => person.post(`/messages/${id}/continuation`);
      assertOneWon(await meet(all, everywhere, goOn), 409, STILL_WRITTEN);
      await asked;
      await everywhere[0].post(`/messages/${id}/cancellation`);
    }
    await assertEndsTheSame(all, path, readers);
  });

  test('a question that is asked here while another version is shown there is shown with its reply', async t => {
    const everywhere = await newPerson(all);
    const path = await startTalk(all, everywhere);
    const { id } = await readReply(all.db, path);
    const readers = await readEverywhere(t, all, everywhere, path);
    for (const first of EITHER) {
      letModelAnswer(all);
      await everywhere[0].post(`/messages/${id}/regeneration`);
      await closes(all, path, 10);
      const { release } = holdModel(all);
      const { list_version } = await conversationAt(all.db, path);
      const answers = await meet(all, everywhere, (person, n) =>
        n === first ? ask(person, path, 'Two') : person.post(`/messages/${id}/selection`),
      );
      const [asked, shown] = [answers[first], answers[1 - first]];
      assert.equal(asked?.status, 303);
      assert.ok(shown?.status === 303 || shown?.status === 409, `${shown?.status}`);
      const conversation = await conversationAt(all.db, path);
      assert.equal(conversation.leaf_id, (await readReply(all.db, path)).id);
      assert.equal(conversation.list_version, list_version + (shown.status === 303 ? 2 : 1));
      release();
      await closes(all, path, 10);
    }
    await assertEndsTheSame(all, path, readers);
  });

  test('what is done twice at once to a conversation in the list is done once', async () => {
    const everywhere = await newPerson(all);
    await startTalk(all, everywhere);
    const path = await startTalk(all, everywhere);
    for (let round = 0; round < ROUNDS; round++) {
      const list = await listVersion(all, path);
      const { version } = await conversationAt(all.db, path);
      const twice = async (deed: string, form = {}) =>
        (await meet(all, everywhere, person => person.post(`${path}/${deed}`, form))).map(
          ({ status }) => status,
        );
      assert.deepEqual((await twice('deletion')).toSorted(), [303, 404]);
      assert.deepEqual(await twice('restoration'), [303, 303]);
      assert.deepEqual(await twice('archival'), [303, 303]);
      assert.deepEqual(await twice('archival', { archived: 'no' }), [303, 303]);
      assert.equal(await listVersion(all, path), list + 4);
      assert.equal((await conversationAt(all.db, path)).version, version + 4);
    }
  });

  test('a page that is read while its list changes shows one state of it', async () => {
    const everywhere = await newPerson(all);
    const paths = [await startTalk(all, everywhere), await startTalk(all, everywhere)];
    const states = new Map<string, string>();
    let compared = 0;
    let isOver = false;
    const change = async () => {
      for (let n = 0; !isOver; n++) {
        const archived = n % 2 === 0 ? 'yes' : 'no';
        assert.equal((await everywhere[0].post(`${paths[0]}/archival`, { archived })).status, 303);
      }
    };
    const changes = change().finally(() => {
      isOver = true;
    });
    try {
      while (!isOver && (compared < STATES || states.size < STATES)) {
        const { body } = await everywhere[1].get('/settings');
        const [, version = ''] = /id="conversations" data-version="(\d+)"/.exec(body) ?? [];
        const list = body.match(/id="conversation_[^"]+" data-version="\d+"/g)?.join() ?? '';
        if (states.has(version)) compared += 1;
        assert.equal(list, states.get(version) ?? list);
        states.set(version, list);
      }
    } finally {
      isOver = true;
      await changes;
    }
  });

  test('of two bots that are made at once where there is room for one, one is made', async () => {
    const everywhere = await newPerson(all);
    const { user_id } = await conversationAt(all.db, await startTalk(all, everywhere));
    const form = { name: 'Wombat', colour: 'blue', instructions: 'You are a wombat.' };
    const bot = { ...form, tagline: '', user_id, position: 3 };
    const bots = Array.from({ length: 99 }, () => ({ ...bot, id: randomUUIDv7() }));
    await all.db.insertInto('bots').values(bots).execute();
    for (let round = 0; round < ROUNDS; round++) {
      const made = await meet(all, everywhere, person => person.post('/bots', form));
      assertOneWon(made, 422, /which is the most/);
      const id = idOfBot(made.find(({ status }) => status === 303));
      await all.db.deleteFrom('bots').where('id', '=', id).execute();
    }
  });

  test('a stop that meets the end of a reply leaves it stopped or complete, for everybody', async t => {
    const everywhere = await newPerson(all);
    const path = await startTalk(all, everywhere);
    const readers = await readEverywhere(t, all, everywhere, path);
    for (let round = 0; round < CHANCES; round++) {
      const { asked, release } = holdModel(all);
      await ask(everywhere[0], path, 'Two');
      await asked;
      const { id } = await readReply(all.db, path);
      const stop = (person: Visitor, n: number) => {
        if (n === 0) release();
        return person.post(`/messages/${id}/cancellation`);
      };
      const answers = await meet(all, everywhere, stop, { at: 'messages', others: 1 });
      assert.ok(answers.every(({ status }) => status === 303));
      const { status, model } = await closes(all, path, 10);
      assert.ok(status === 'stopped' || status === 'complete', status);
      assert.equal(model, status === 'complete' ? 'scripted' : null); // which only a finish says
    }
    await assertEndsTheSame(all, path, readers);
  });

  test('a pair that is deleted twice at once while its reply is written is gone for everybody', async t => {
    const everywhere = await newPerson(all);
    const path = await startTalk(all, everywhere);
    const readers = await readEverywhere(t, all, everywhere, path);
    for (let round = 0; round < ROUNDS; round++) {
      const asked = letModelTalk(all);
      await ask(everywhere[0], path, 'Two');
      const call = await asked;
      const { id } = await readReply(all.db, path);
      const answers = await meet(all, everywhere, person => person.post(`/messages/${id}/deletion`));
      assertOneWon(answers, 404, /There is no such message/);
      await call.closed;
    }
    assert.equal((await messagesOf(all.db, path)).length, 2);
    await assertEndsTheSame(all, path, readers);
  });

  test('a question to a conversation that is being deleted is asked before, or not at all', async () => {
    const everywhere = await newPerson(all);
    for (const first of EITHER) {
      const path = await startTalk(all, everywhere);
      const answers = await meet(all, everywhere, (person, n) =>
        n === first ? ask(person, path, 'Still there?') : person.post(`${path}/deletion`),
      );
      const [asked, deleted] = [answers[first], answers[1 - first]];
      assert.equal(deleted?.status, 303);
      assert.ok(asked?.status === 303 || asked?.status === 404, `${asked?.status}`);
      assert.notEqual((await readReply(all.db, path)).finished_at, null);
      assert.equal((await messagesOf(all.db, path)).length, asked.status === 303 ? 4 : 2);
    }
  });

  test('a bot that is deleted while it is asked replies as itself, or is not asked', async () => {
    const everywhere = await newPerson(all);
    for (const first of EITHER) {
      const made = await everywhere[0].post('/bots', {
        name: 'Wombat',
        colour: 'blue',
        instructions: 'You are a wombat.',
      });
      const bot = idOfBot(made);
      const { asked: call, release } = holdModel(all);
      const answers = await meet(all, everywhere, (person, n) =>
        n === first
          ? person.post('/conversations', { content: 'Who are you?', bot })
          : person.post(`/bots/${bot}/deletion`),
      );
      const asked = answers[first];
      assert.ok(asked?.status === 303 || asked?.status === 410, `${asked?.status}`);
      if (asked.status === 410) continue;
      assert.match((await call).body.messages[0]?.content ?? '', /You are a wombat/);
      release();
      await closes(all, pathOf(asked), 10);
    }
  });

  test('a title that a person gives while the question it was made from is changed or deleted stays', async () => {
    const everywhere = await newPerson(all);
    const deeds = [
      ['deletion', {}],
      ['revision', { content: 'Otherwise', bot: 'ChatBot' }],
    ] as const;
    for (const [first, [deed, form]] of EITHER.flatMap(n => deeds.map(each => [n, each] as const))) {
      const path = await startTalk(all, everywhere);
      const [question] = await messagesOf(all.db, path);
      const answers = await meet(all, everywhere, (person, n) =>
        n === first
          ? person.post(`${path}/title`, { title: 'Mine' })
          : person.post(`/messages/${question?.id}/${deed}`, form),
      );
      assert.ok(answers.every(({ status }) => status === 303));
      assert.equal((await conversationAt(all.db, path)).title, 'Mine');
    }
  });

  test('two workers that sweep at once write each lost reply once, and remove what was deleted', async () => {
    const everywhere = await newPerson(all);
    const deleted = [];
    for (let n = 0; n < 3; n++) deleted.push(await startTalk(all, everywhere));
    for (const path of deleted) await everywhere[0].post(`${path}/deletion`);
    const lost = [];
    for (let n = 0; n < 4; n++) lost.push(await startTalk(all, everywhere));
    const { calls } = all.upstream;
    for (const path of lost) await lose(path);
    await all.db
      .updateTable('conversations')
      .set({ deleted_at: 1 })
      .where('deleted_at', 'is not', null)
      .execute();

    for (const path of lost) assert.equal((await closes(all, path, 30)).status, 'complete');
    assert.equal(all.upstream.calls - calls, lost.length);
    for (const path of deleted)
      await eventually(async () => (await messagesOf(all.db, path)).length === 0, 30);
  });

  test('two dozen questions of one person at once are taken in turn, and others are answered meanwhile', async () => {
    const [everywhere, [somebody]] = [await newPerson(all), await newPerson(all)];
    letModelAnswer(all);
    const twoDozen = (post: (person: Visitor, n: number) => ReturnType<Visitor['post']>) =>
      Promise.all(Array.from({ length: 24 }, (_, n) => post(everywhere[n % 2 === 0 ? 0 : 1], n)));
    const started = twoDozen((person, n) =>
      person.post('/conversations', { content: `Question ${n}`, bot: 'ChatBot' }),
    );
    assert.equal((await somebody.get('/')).status, 200);
    const answers = await started;
    assert.ok(answers.every(({ status }) => status === 303));
    const path = pathOf(answers[0]);
    assert.equal(await listVersion(all, path), 24);
    for (const answer of answers) await closes(all, pathOf(answer), 30);

    const { release } = holdModel(all);
    assertOneWon(await twoDozen((person, n) => ask(person, path, `Another ${n}`)), 409, STILL_WRITTEN);
    release();
    await closes(all, path, 10);
  });

  test('whatever a person does at once everywhere, the rows are sound, and all pages show them', async t => {
    const everywhere = await newPerson(all);
    const paths = [await startTalk(all, everywhere), await startTalk(all, everywhere)];
    const readers = await Promise.all(paths.map(path => readEverywhere(t, all, everywhere, path)));
    const property = fc.asyncProperty(fc.integer(), async seed => {
      const seeds = new Random(seed);
      const own = () => new Random(seeds.whole(0, 2 ** 31)); // what one draws does not depend on the others
      const deeds = paths.flatMap(path =>
        everywhere.map(person => doAnything(all, { person, path, random: own() }, 4)),
      );
      const refused = (await Promise.all(deeds)).flat().map(({ status }) => status);
      assert.deepEqual(
        refused.filter(status => ![303, 404, 409, 422].includes(status)),
        [],
      );
      for (const path of paths) await assertSound(all.db, path);
      for (const [n, path] of paths.entries()) await assertEndsTheSame(all, path, readers[n] ?? []);
    });
    await fc.assert(property, { numRuns: CHANCES, endOnFailure: true });
  });

  /** Makes the reply at `path` one that waits, and of which nobody knows. */
  async function lose(path: string): Promise<void> {
    const { id } = await readReply(all.db, path);
    const waiting = { status: 'pending', content: '', attempt: 2, created_at: 1, finished_at: null } as const;
    await all.db.updateTable('messages').set(waiting).where('id', '=', id).execute();
  }
});

/** The bot that was made: the answer leads to a conversation with it. */
function idOfBot(answer: Answer | undefined): string {
  const place = new URL(answer?.headers.get('location') ?? '', 'http://localhost');
  return place.searchParams.get('bot') ?? '';
}
