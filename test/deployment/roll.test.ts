import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openStream, sentenceIn, WAYS } from '../event-streams/reading.ts';
import { eventually } from '../support/eventually.ts';
import { FIRST, follow, replyIn, SECOND, scaleOut, THIRD, talk } from './scaled-out.ts';

/** In a frame and in a page: the reply has ended. */
const COMPLETE = /data-role="assistant" data-status="complete"/;

const shared = await scaleOut({ after });
const { nginx, upstream } = shared;

test('a web that is ended in mid-reply sends its readers to the next, where nothing is missing', async t => {
  const old = await shared.startWeb(THIRD);
  await nginx.sendTo(THIRD);
  const conversation = await talk(nginx.url);
  const call = await upstream.nextCall();
  const client = await follow(t, nginx.url, conversation);
  call.text('Before, ');
  await eventually(() => client.frames.some(frame => frame.includes('Before,')));

  await nginx.sendTo(FIRST, SECOND, THIRD);
  old.kill('SIGTERM');
  assert.deepEqual(await client.next(({ type }) => type === 'disconnect'), {
    type: 'disconnect',
    reason: 'server_restart',
    reconnect: true,
  });
  call.text('meanwhile, ');
  const again = await follow(t, nginx.url, conversation);
  again.catchUp(conversation.identifier, 0);
  await eventually(() => again.frames.some(frame => frame.includes('meanwhile,')));
  call.text('and after');
  call.finish();
  await eventually(() => again.frames.some(frame => COMPLETE.test(frame)));
  assert.match(again.frames.join(), /<p>Before, meanwhile, and after<\/p>/);
  assert.equal(await replyIn(conversation.visitor, conversation.path), 'Before, meanwhile, and after');
  assert.deepEqual(await old.exited, { code: 0, signal: null });
});

test('event streams say that their web is ended, and are cut where it was killed', async t => {
  const open = async () => {
    const streams = [];
    for (const way of WAYS) {
      const stream = await openStream(t, ...way.request(nginx.url, 'One'));
      (await upstream.nextCall()).text('Before');
      await stream.next();
      streams.push({ way, stream });
    }
    return streams;
  };
  const old = await shared.startWeb(THIRD);
  await nginx.sendTo(THIRD);
  const told = await open();
  old.kill('SIGTERM');
  for (const { way, stream } of told) {
    const [error, ...end] = await stream.rest();
    assert.match(sentenceIn(error), /is being restarted/, way.name);
    assert.deepEqual(end, [way.end]);
  }
  await old.exited;

  const killed = await shared.startWeb(THIRD);
  const cut = await open();
  killed.kill('SIGKILL');
  for (const { way, stream } of cut) await assert.rejects(stream.rest(), /terminated/, way.name);
  await nginx.sendTo(FIRST, SECOND);
});

test('while webs are replaced one by one, whoever visits is answered, and whoever posts too, or told to try again', async () => {
  const { visitor, path } = await talk(nginx.url);
  (await upstream.nextCall()).whole('Reply one');
  await shared.startWeb(THIRD);
  await nginx.sendTo(FIRST, SECOND, THIRD);
  const [visits, posts] = [new Set<number>(), new Set<number>()];
  let isOver = false;
  const visiting = Array.from({ length: 4 }, async () => {
    while (!isOver) visits.add((await visitor.get(path)).status);
  });
  const posting = (async () => {
    for (let count = 1; !isOver; count++)
      posts.add((await visitor.post(`${path}/title`, { title: `Title ${count}` })).status);
  })();

  for (const old of [shared.first, shared.second]) {
    old.kill('SIGTERM');
    assert.deepEqual(await old.exited, { code: 0, signal: null });
  }
  await nginx.sendTo(THIRD);
  isOver = true;
  await Promise.all([...visiting, posting]);
  assert.deepEqual([...visits], [200]);
  posts.delete(503); // what a web has taken, and not read before it closed, is not sent to another
  assert.deepEqual([...posts], [303]);
});
