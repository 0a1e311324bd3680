import assert from 'node:assert/strict';
import { once } from 'node:events';
import test from 'node:test';
import SQLite from 'better-sqlite3';
import { databasePath } from '../../src/database.ts';
import { freshFile } from '../support/databases.ts';
import { eventually } from '../support/eventually.ts';
import { messagesOf } from '../support/rows.ts';
import { ShownPage } from '../support/shown-page.ts';
import { startFollowing } from './followed-conversation.ts';

test('frames arrive while the reply is written, and none shows more than the rows', async t => {
  const DATABASE_URL = await freshFile(t); // can be read while nothing else is done
  const { client, identifier, call, path } = await startFollowing(t, { DATABASE_URL });
  await client.subscribe(identifier);
  const database = new SQLite(databasePath(DATABASE_URL), { readonly: true });
  t.after(() => database.close());
  const version = database.prepare('SELECT version FROM messages WHERE id = ?').pluck();
  const behind: string[] = [];
  client.onReceive = ({ message }) => {
    for (const [, of = '', shown] of String(message).matchAll(
      /targets?="#?message_([^_"]+)[^>]* data-version="([\d.]+)"/g,
    )) {
      if (Number(version.get(of)) < Number(shown)) behind.push(`${of} ${shown}`);
    }
  };
  const words = Array.from({ length: 30 }, (_, i) => `Paragraph ${i}\n\n`);
  for (const word of words) {
    call.text(word);
    await eventually(() => client.frames.join('').includes(word.trim()));
  }
  call.finish();
  await client.next(({ message }) => String(message).includes('data-status="complete"'));
  assert.deepEqual(behind, []);
  assert.ok(client.frames.length >= words.length, path);
});

test('a reply goes on when nobody looks any more', async t => {
  const { client, identifier, call, deps, path } = await startFollowing(t);
  await client.subscribe(identifier);
  call.text('Begun, ');
  await client.next(({ message }) => String(message).includes('Begun'));
  client.socket.close();
  await once(client.socket, 'close');
  call.text('and ended.');
  call.finish();
  const reply = await eventually(async () =>
    (await messagesOf(deps.db, path)).find(
      ({ role, status }) => role === 'assistant' && status === 'complete',
    ),
  );
  assert.equal(reply.content, 'Begun, and ended.');
});

test('each live frame leads from the version of the one before', async t => {
  const { client, identifier, call } = await startFollowing(t);
  await client.subscribe(identifier);
  for (let i = 0; i < 10; i++) {
    call.reasoning(`thought ${i} `);
    call.text(`Paragraph ${i}\n\nand more`);
    await eventually(() => client.frames.join('').includes(`Paragraph ${i}`));
  }
  const steps = [
    ...client.frames
      .join('')
      .matchAll(/targets?="#?message_[^"]+" data-from="([\d.]+)" data-version="([\d.]+)"/g),
  ];
  assert.ok(steps.length >= 20);
  for (const [i, step] of steps.entries()) if (i > 0) assert.equal(step[1], steps[i - 1]?.[2]);
});

test('a frame costs what changed, however many blocks the reply has', async t => {
  const { client, identifier, call } = await startFollowing(t);
  await client.subscribe(identifier);
  for (let i = 0; i < 200; i++) call.text(`Paragraph ${i} with some words in it.\n\n`);
  await eventually(() => client.frames.join('').includes('Paragraph 199'));
  const before = client.frames.length;
  call.text('The last one.\n\n');
  await eventually(() => client.frames.join('').includes('The last one.'));
  assert.ok(client.frames.slice(before).join('').length < 1000);
});

test('a catch-up brings what a page lacks, and always ends in the marker', async t => {
  const { client, identifier, call, deps, path } = await startFollowing(t);
  await client.subscribe(identifier);
  call.text('All of it');
  call.finish();
  await client.next(({ message }) => String(message).includes('data-status="complete"'));
  const [question, reply] = await messagesOf(deps.db, path);
  assert.ok(question && reply);

  const catchUp = async (list: number, seen: Record<string, number>) => {
    const before = client.frames.length;
    client.catchUp(identifier, list, seen);
    return await eventually(() => client.frames[before]);
  };
  const nothing = await catchUp(1, { [question.id]: question.version, [reply.id]: reply.version });
  assert.equal(
    nothing,
    '<turbo-stream action="caught_up" data-of="messages" data-from="1" data-version="1"></turbo-stream>',
  );
  const older = await catchUp(1, { [question.id]: question.version, [reply.id]: reply.version - 2 });
  assert.match(
    older,
    /^<turbo-stream action="replace" target="message_[^"]+" method="morph"[^>]*>.*All of it.*caught_up/s,
  );
  const empty = await catchUp(0, {});
  assert.match(
    empty,
    /^<turbo-stream action="prepend" target="messages" data-of="messages" data-from="0".*caught_up/s,
  );
  assert.equal(empty.match(/<article/g)?.length, 2);
});

test('a page drawn from the row is the one that the live frames leave', async t => {
  const { client, identifier, call, visitor, path, deps } = await startFollowing(t);
  const [, reply] = await messagesOf(deps.db, path);
  const body = `message_${reply?.id}_body`;
  const shown = new ShownPage((await visitor.get(path)).body);
  await client.subscribe(identifier);
  for (const [words, drawn] of [
    ['Settled *one*\n\n- an it', 'an it'],
    ['em\n- open `ta', '<code>ta'],
  ] as const) {
    call.text(words);
    await eventually(() => client.frames.join('').includes(drawn));
  }
  for (const frame of client.frames) shown.carryOut(frame);
  const drawn = new ShownPage((await visitor.get(path)).body);
  assert.match(drawn.html(body), /<em>one<.*<li><p>open <code>ta</);
  assert.equal(shown.html(body), drawn.html(body));
});

test('a client that subscribes without end is sent away', async t => {
  const { client, identifier } = await startFollowing(t);
  for (let i = 0; i < 50; i++) await client.subscribe(identifier.replace('{', `{${' '.repeat(i)}`));
  for (let i = 50; i < 101; i++)
    client.send({ command: 'subscribe', identifier: identifier.replace('{', `{${' '.repeat(i)}`) });
  assert.equal((await client.next(({ type }) => type === 'disconnect')).reason, 'invalid_request');
});

test('a deleted conversation ends its subscriptions at the next catch-up', async t => {
  const { client, identifier, visitor, path } = await startFollowing(t);
  await client.subscribe(identifier);
  await visitor.post(`${path}/deletion`);
  await client.next(({ message }) => message === '<turbo-stream action="catch_up"></turbo-stream>');
  client.catchUp(identifier, 1);
  await client.next(({ type }) => type === 'reject_subscription');
});
