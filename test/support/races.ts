import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../../src/database.ts';
import { findPath } from '../../src/models/path.ts';
import type { MessageRow } from '../../src/schema.ts';
import { closeAfter, type Scope } from './close-after.ts';
import { eventually } from './eventually.ts';
import { closes, type Installation } from './installation.ts';
import type { Random } from './random.ts';
import { Reader } from './reader.ts';
import { messagesOf } from './rows.ts';
import type { UpstreamCall } from './scripted-upstream.ts';
import type { Everywhere, SeveralProcesses } from './several-processes.ts';
import { assertSound, conversationAt } from './sound-rows.ts';
import type { Answer, Visitor } from './visitor.ts';

const A_WORD_MS = 5;
/** Nothing is left to happen by then. */
const CALM_SECONDS = 20;

export async function ask(person: Visitor, path: string, content: string): Promise<Answer> {
  return await person.post(`${path}/messages`, { id: randomUUIDv7(), content, bot: 'ChatBot' });
}

/** Has the model answer whatever it is asked, at once. */
export function letModelAnswer({ upstream }: Pick<Installation, 'upstream'>): void {
  upstream.answerAll(call => call.whole('Fine.'));
}

/** Has the model say a word, and no more until it is released. @returns also when it was first asked */
export function holdModel({ upstream }: SeveralProcesses) {
  const asked = Promise.withResolvers<UpstreamCall>();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  upstream.answerAll(async call => {
    call.text('Fine.');
    asked.resolve(call);
    await released;
    call.finish();
  });
  return { asked: asked.promise, release };
}

/** Has the model talk until nobody listens. @returns when it was first asked */
export async function letModelTalk({ upstream }: SeveralProcesses): Promise<UpstreamCall> {
  const asked = Promise.withResolvers<UpstreamCall>();
  upstream.answerAll(async call => {
    let isHeard = true;
    void call.closed.then(() => {
      isHeard = false;
    });
    for (call.text('Well'), asked.resolve(call); isHeard; await delay(A_WORD_MS)) call.text(' and so on');
  });
  return await asked.promise;
}

/** A conversation with a question and a reply. @returns its path */
export async function startTalk(all: Installation, [person]: Everywhere): Promise<string> {
  letModelAnswer(all);
  const path = await person.startConversation('One');
  await closes(all, path, CALM_SECONDS);
  return path;
}

/** One was taken, and all others were refused with this status and sentence. @returns where that one leads */
export function assertOneWon(answers: readonly Answer[], status: number, sentence: RegExp): string {
  const [won, ...others] = answers.toSorted((one, other) => one.status - other.status);
  assert.deepEqual(
    [won?.status, ...others.map(lost => lost.status)],
    [303, ...others.map(() => status)],
    'one is taken',
  );
  for (const { body } of others) assert.match(body, sentence);
  return pathOf(won);
}

export function pathOf(answer: Answer | undefined): string {
  return new URL(answer?.headers.get('location') ?? '', 'http://localhost').pathname;
}

/** Which version the person's list has, to whom the conversation at `path` belongs. */
export async function listVersion({ db }: SeveralProcesses, path: string): Promise<number> {
  const { user_id } = await conversationAt(db, path);
  const user = db.selectFrom('users').where('id', '=', user_id).select('conversations_version');
  return (await user.executeTakeFirstOrThrow()).conversations_version;
}

/** Opens the page of a conversation at both web processes. */
export async function readEverywhere(
  t: Scope,
  { servers }: SeveralProcesses,
  [here, there]: Everywhere,
  path: string,
): Promise<Reader[]> {
  return [await openReader(t, servers[0], here, path), await openReader(t, servers[1], there, path)];
}

/** Opens the page of a conversation, and keeps it until the test ends. */
export async function openReader(
  t: Scope,
  { url }: { readonly url: string },
  person: Visitor,
  path: string,
): Promise<Reader> {
  const { body: html } = await person.get(path);
  const reader = new Reader({ url, cookie: person.cookie, html });
  closeAfter(t, () => reader.leave());
  return reader;
}

/** The rows are sound, and no reply is left open; all who read show what is in the rows. */
export async function assertEndsTheSame(
  all: SeveralProcesses,
  path: string,
  readers: readonly Reader[],
): Promise<void> {
  await eventually(async () => !(await messagesOf(all.db, path)).some(isOpen), CALM_SECONDS);
  await assertSound(all.db, path);
  await assertShownBy(all, path, readers);
}

/** These show the conversation at `path` as it is in the rows, if not at once, and were never led astray. */
export async function assertShownBy(
  { db }: Pick<Installation, 'db'>,
  path: string,
  readers: readonly Reader[],
): Promise<void> {
  for (const reader of readers) {
    const isInStep = async () => JSON.stringify(shownBy(reader)) === JSON.stringify(await rowsOf(db, path));
    await eventually(isInStep, CALM_SECONDS);
    assert.deepEqual(reader.faults, []);
  }
}

function shownBy({ page }: Reader) {
  const { list, versions } = page.shown();
  return [list, ...versions];
}

async function rowsOf(db: Database, path: string) {
  const { list_version, leaf_id } = await conversationAt(db, path);
  return [list_version, ...(await findPath(db, leaf_id)).map(({ id, version }) => [id, version])];
}

function isOpen({ status }: MessageRow): boolean {
  return status === 'pending' || status === 'streaming';
}

/** What a person can do in the conversation at `path` as it is now, so many deeds at once, drawn from `random`. */
export async function doAnything(
  { db }: SeveralProcesses,
  { person, path, random }: { readonly person: Visitor; readonly path: string; readonly random: Random },
  count: number,
): Promise<Answer[]> {
  const rows = await messagesOf(db, path);
  const words = () => ({ id: randomUUIDv7(), content: `Words ${random.fraction()}`, bot: 'PirateBot' });
  const to = (role: MessageRow['role'], deed: string) =>
    `/messages/${random.pick(rows.filter(row => row.role === role))?.id ?? randomUUIDv7()}/${deed}`;
  const deeds: readonly (() => Promise<Answer>)[] = [
    () => person.post(`${path}/messages`, words()),
    () => person.post(to('user', 'revision'), words()),
    () => person.post(to('user', 'deletion')),
    () => person.post(to('assistant', 'regeneration')),
    () => person.post(to('assistant', 'cancellation')),
    () => person.post(to('assistant', 'continuation')),
    () => person.post(to('assistant', 'rating'), { rating: random.pick(['up', 'down', 'none']) ?? 'none' }),
    () => person.post(to('assistant', 'selection')),
    () => person.post(`${path}/pinning`, { pinned: random.pick(['yes', 'no']) ?? 'no' }),
    () => person.post(`${path}/archival`, { archived: random.pick(['yes', 'no']) ?? 'no' }),
    () => person.post(`${path}/title`, { title: `Title ${random.fraction()}` }),
    () => person.post(`${path}/reading`),
  ];
  return await Promise.all(
    Array.from({ length: count }, async () => await (random.pick(deeds) ?? (() => person.get(path)))()),
  );
}
