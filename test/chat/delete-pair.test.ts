import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MessageRow } from '../../src/schema.ts';
import { startConversation, type TestConversation } from '../support/conversation.ts';

/** A conversation of "One" with "Reply one", "Two" with "Reply two", and so on. */
async function startPairs(t: Parameters<typeof startConversation>[0], ...more: readonly string[]) {
  const conversation = await startConversation(t);
  await conversation.answer('Reply one');
  for (const number of more) {
    await conversation.ask(`Question ${number}`);
    await conversation.answer(`Reply ${number}`);
  }
  return conversation;
}

/** The texts of the page, without its marks. */
async function shownTexts({ visitor, path }: TestConversation): Promise<string[]> {
  const { status, body } = await visitor.get(path);
  assert.equal(status, 200);
  return [...body.matchAll(/<article.*?_body"[^>]*>(.*?)<\/div>/gs)].map(([, html = '']) =>
    html.replace(/<[^>]+>/g, '').trim(),
  );
}

async function messageWith({ rows }: TestConversation, text: string): Promise<MessageRow> {
  const message = (await rows()).find(({ content }) => content === text);
  assert.ok(message, text);
  return message;
}

/** Deletes the pair that the message with this text is in. */
async function deletePair(conversation: TestConversation, text: string): Promise<void> {
  const { id } = await messageWith(conversation, text);
  const { status, headers } = await conversation.visitor.post(`/messages/${id}/deletion`);
  const location = headers.get('location') ?? '';
  const isOfMessage = location.startsWith('/messages/');
  const place = isOfMessage ? (await conversation.visitor.get(location)).headers.get('location') : location;
  assert.deepEqual([status, place?.split(/[?#]/)[0]], [303, conversation.path]);
}

async function conversationRow({ deps }: TestConversation) {
  return await deps.db.selectFrom('conversations').selectAll().executeTakeFirstOrThrow();
}

test('a question goes with its reply, and what comes after follows what was before', async t => {
  const conversation = await startPairs(t, 'two', 'three');
  const { list_version, leaf_id, updated_at } = await conversationRow(conversation);
  await deletePair(conversation, 'Question two');
  assert.deepEqual(await shownTexts(conversation), ['One', 'Reply one', 'Question three', 'Reply three']);
  const after = await conversationRow(conversation);
  assert.equal(after.list_version, list_version + 1);
  assert.deepEqual([after.leaf_id, after.updated_at], [leaf_id, updated_at]);

  await conversation.ask('Four');
  const { call } = await conversation.answer('Reply four');
  assert.deepEqual(
    call.body.messages.slice(1).map(({ content }) => content),
    ['One', 'Reply one', 'Question three', 'Reply three', 'Four'],
  );
});

test('a pair is known by its replies as well, and the first and the last can go', async t => {
  const conversation = await startPairs(t, 'two', 'three');
  await deletePair(conversation, 'Reply one');
  assert.deepEqual(await shownTexts(conversation), [
    'Question two',
    'Reply two',
    'Question three',
    'Reply three',
  ]);
  await deletePair(conversation, 'Reply three');
  assert.deepEqual(await shownTexts(conversation), ['Question two', 'Reply two']);
  const { leaf_id } = await conversationRow(conversation);
  assert.equal(leaf_id, (await messageWith(conversation, 'Reply two')).id);
});

test('a title that was the first words of the question goes with it', async t => {
  const conversation = await startPairs(t, 'two');
  assert.equal((await conversationRow(conversation)).title, 'One');
  await deletePair(conversation, 'Question two');
  assert.equal((await conversationRow(conversation)).title, 'One');
  await conversation.ask('Three');
  await conversation.answer('Reply three');
  await deletePair(conversation, 'One');
  assert.equal((await conversationRow(conversation)).title, 'Three');
  await deletePair(conversation, 'Three');
  assert.equal((await conversationRow(conversation)).title, 'New conversation');
});

test('a conversation without messages is a page that works', async t => {
  const conversation = await startPairs(t);
  await deletePair(conversation, 'One');
  assert.deepEqual(await shownTexts(conversation), []);
  assert.equal((await conversationRow(conversation)).leaf_id, null);
  await conversation.ask('Again');
  const { call } = await conversation.answer('Reply again');
  assert.equal((await conversationRow(conversation)).title, 'Again');
  assert.equal(call.body.messages.length, 2);
  assert.deepEqual(await shownTexts(conversation), ['Again', 'Reply again']);
});

test('what was asked after each of the replies comes together as versions, and each page is told', async t => {
  const conversation = await startPairs(t, 'two');
  const { visitor, ask, answer } = conversation;
  await visitor.post(`/messages/${(await messageWith(conversation, 'Reply one')).id}/regeneration`);
  await answer('Reply one, anew');
  await ask('Question three');
  await answer('Reply three');
  const { version } = await messageWith(conversation, 'Question two');

  const { id } = await messageWith(conversation, 'One');
  const { body } = await visitor.postAsTurbo(`/messages/${id}/deletion`);
  const three = await messageWith(conversation, 'Question three');
  assert.match(
    body,
    /^(<turbo-stream action="remove" [^>]*><\/turbo-stream>){2}<turbo-stream action="replace"/,
  );
  assert.match(body, new RegExp(`target="message_${three.id}".*data-version="${three.version}".*>2/2<`, 's'));
  assert.equal((await messageWith(conversation, 'Question two')).version, version + 1);
  assert.deepEqual(await shownTexts(conversation), ['Question three', 'Reply three']);

  await deletePair(conversation, 'Question three');
  assert.deepEqual(await shownTexts(conversation), ['Question two', 'Reply two']);
  assert.doesNotMatch((await visitor.get(conversation.path)).body, /class="pager"/);
});

/** Another version of the question "Two", which is shown, and its reply; then another pair below that. */
async function startVersions(t: Parameters<typeof startConversation>[0]) {
  const conversation = await startPairs(t, 'two', 'three');
  const { visitor, path, answer, ask } = conversation;
  const { id } = await messageWith(conversation, 'Reply one');
  await visitor.post(`/messages/${id}/regeneration`);
  await answer('Reply one, anew');
  await ask('Question four');
  await answer('Reply four');
  const frames: string[] = [];
  await conversation.deps.broadcaster.subscribe(`conversation:${path.split('/').at(-1)}`, {
    receive: frame => frames.push(frame),
    missed: () => assert.fail('a gap'),
  });
  return { ...conversation, frames };
}

test('a pair that is not shown goes without a word', async t => {
  const conversation = await startVersions(t);
  const before = await conversationRow(conversation);
  const { id } = await messageWith(conversation, 'Question three');
  const { status, body } = await conversation.visitor.postAsTurbo(`/messages/${id}/deletion`);
  assert.deepEqual([status, body], [200, '<turbo-stream action="catch_up"></turbo-stream>']);
  assert.deepEqual(conversation.frames, []);
  assert.deepEqual(await conversationRow(conversation), before);
  const texts = (await conversation.rows()).map(({ content }) => content);
  assert.ok(!texts.includes('Question three') && !texts.includes('Reply three'));
});

test('a pair that is not shown leaves the list as it is, though its shown sibling counts one less', async t => {
  const conversation = await startVersions(t);
  const { visitor } = conversation;
  // Below "One" there are then two: "Question two", and "Question four", which is shown.
  await deletePair(conversation, 'One');
  conversation.frames.length = 0;
  const { list_version, leaf_id } = await conversationRow(conversation);
  const { id } = await messageWith(conversation, 'Question two');
  const four = await messageWith(conversation, 'Question four');
  const { body } = await visitor.postAsTurbo(`/messages/${id}/deletion`);
  assert.match(body, new RegExp(`^<turbo-stream action="replace" target="message_${four.id}"[^>]*>`));
  assert.equal(body.match(/<turbo-stream /g)?.length, 1);
  assert.ok(body.includes(`data-version="${four.version + 1}"`));
  assert.deepEqual(conversation.frames, [body]);
  const after = await conversationRow(conversation);
  assert.deepEqual([after.list_version, after.leaf_id], [list_version, leaf_id]);
});

test('the model of a deleted reply is left within 100 ms, though it is silent', async t => {
  const conversation = await startPairs(t);
  await conversation.ask('Question two', 'PirateBot');
  const call = await conversation.upstream.nextCall();
  await conversation.replyThatIs('streaming');
  await deletePair(conversation, 'Question two');
  const answered = performance.now();
  assert.ok((await call.closed) - answered < 100);
  assert.deepEqual(await shownTexts(conversation), ['One', 'Reply one']);
  assert.match((await conversation.visitor.get(conversation.path)).body, /value="ChatBot" checked/);
});

test('a reply that is being written elsewhere goes on', async t => {
  const conversation = await startPairs(t, 'two');
  await conversation.ask('Question three');
  const call = await conversation.upstream.nextCall();
  call.text('Reply ');
  const open = await conversation.replyThatIs('streaming');
  await deletePair(conversation, 'Question two');
  await deletePair(conversation, 'One');
  call.text('three');
  call.finish();
  const { id } = await conversation.replyThatIs('complete');
  assert.equal(id, open.id);
  assert.deepEqual(await shownTexts(conversation), ['Question three', 'Reply three']);
});

test('what is deleted already is not found, and a page that still shows it is told to look', async t => {
  const conversation = await startPairs(t, 'two');
  const { visitor } = conversation;
  const { id } = await messageWith(conversation, 'Question two');
  const statuses = await Promise.all(
    [1, 2, 3].map(async () => (await visitor.post(`/messages/${id}/deletion`)).status),
  );
  assert.deepEqual(statuses.toSorted(), [303, 404, 404]);
  const again = await visitor.post(`/messages/${id}/deletion`);
  assert.match(again.body, /There is no such message\./);
  for (const verb of ['deletion', 'selection']) {
    const { status, body } = await visitor.postAsTurbo(`/messages/${id}/${verb}`);
    assert.deepEqual([status, body], [404, '<turbo-stream action="catch_up"></turbo-stream>']);
  }
  assert.deepEqual(await shownTexts(conversation), ['One', 'Reply one']);
});
