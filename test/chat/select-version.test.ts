import assert from 'node:assert/strict';
import { test } from 'node:test';
import { streamsChannel } from '../../src/channels.ts';
import { conversationStream } from '../../src/chat/broadcasts.ts';
import { startConversation, type TestConversation } from '../support/conversation.ts';

/** What a page that shows this gets to catch up. */
async function catchUp(
  { deps, rows }: TestConversation,
  list: number,
  seen: Readonly<Record<string, number>>,
): Promise<string> {
  const [user] = await deps.db.selectFrom('users').selectAll().execute();
  const [message] = await rows();
  const stream = conversationStream(message?.conversation_id ?? '');
  const shown = { list, versions: new Map(Object.entries(seen)) };
  return (await streamsChannel(deps.db).catchUp(user?.id ?? '', stream, shown)) ?? '';
}

/** The texts of the page, without its marks. */
async function shownTexts({ visitor, path }: TestConversation): Promise<string[]> {
  const { body } = await visitor.get(path);
  return [...body.matchAll(/<article.*?_body"[^>]*>(.*?)<\/div>/gs)].map(([, html = '']) =>
    html.replace(/<[^>]+>/g, '').trim(),
  );
}

test('another version is shown with all that came after it, and its pager says which it is', async t => {
  const conversation = await startConversation(t);
  const { visitor, path, answer, ask } = conversation;
  const { reply: first } = await answer('Reply one');
  await ask('Two');
  await answer('Reply two');
  await visitor.post(`/messages/${first.id}/regeneration`);
  const { reply: second } = await answer('Reply one, anew');
  assert.deepEqual(await shownTexts(conversation), ['One', 'Reply one, anew']);
  assert.match((await visitor.get(path)).body, /aria-label="Version 2 of 2".*>2\/2</s);

  const { status, headers } = await visitor.post(`/messages/${first.id}/selection`);
  assert.deepEqual([status, headers.get('location')], [303, `/messages/${first.id}`]);
  assert.deepEqual(await shownTexts(conversation), ['One', 'Reply one', 'Two', 'Reply two']);
  assert.match(
    (await visitor.get(path)).body,
    new RegExp(`"Next version"[^>]*/messages/${second.id}/selection`),
  );

  await visitor.post(`/messages/${second.id}/selection`);
  assert.deepEqual(await shownTexts(conversation), ['One', 'Reply one, anew']);
});

test('below a version the newest of what was written there is shown, and its bot is offered', async t => {
  const conversation = await startConversation(t);
  const { visitor, path, answer, ask } = conversation;
  const { reply: first } = await answer('Reply one');
  await ask('Two', 'BelleBot');
  const { reply: second } = await answer('Reply two');
  await visitor.post(`/messages/${second.id}/regeneration`);
  await answer('Reply two, anew');
  await visitor.post(`/messages/${second.id}/selection`);
  await visitor.post(`/messages/${first.id}/regeneration`);
  await answer('Reply one, anew');
  assert.match((await visitor.get(path)).body, /value="ChatBot" checked/);

  await visitor.post(`/messages/${first.id}/selection`);
  assert.deepEqual(await shownTexts(conversation), ['One', 'Reply one', 'Two', 'Reply two, anew']);
  assert.match((await visitor.get(path)).body, /value="BelleBot" checked/);
});

test('Turbo gets the steps from the one path to the other', async t => {
  const { visitor, answer } = await startConversation(t);
  const { reply: first } = await answer('Reply');
  await visitor.post(`/messages/${first.id}/regeneration`);
  const { reply: second } = await answer('Anew');
  const { body } = await visitor.postAsTurbo(`/messages/${first.id}/selection`);
  assert.match(
    body,
    new RegExp(
      `^<turbo-stream action="remove" target="message_${second.id}" data-of="messages" data-from="2".*` +
        `<turbo-stream action="after" [^>]*data-version="3".*id="message_${first.id}"`,
      's',
    ),
  );
});

test('a page that shows a reply as it was before it got a sibling gets it anew when it is shown again', async t => {
  const conversation = await startConversation(t);
  const { visitor, rows, answer } = conversation;
  const { reply: first } = await answer('Reply');
  const [question] = await rows();
  assert.ok(question);
  const seen = { [question.id]: question.version, [first.id]: first.version };
  assert.doesNotMatch(await catchUp(conversation, 1, seen), /replace/);

  await visitor.post(`/messages/${first.id}/regeneration`);
  await answer('Anew');
  await visitor.post(`/messages/${first.id}/selection`);
  const steps = await catchUp(conversation, 1, seen);
  assert.match(
    steps,
    new RegExp(
      `^<turbo-stream action="replace" target="message_${first.id}"[^>]*data-version="${first.version + 1}"`,
    ),
  );
  assert.match(steps, />1\/2</);
});

test('a message that is shown already stays, and its page is told to look', async t => {
  const { visitor, rows, answer, deps } = await startConversation(t);
  const { reply } = await answer('Reply');
  const before = [await rows(), await deps.db.selectFrom('conversations').selectAll().execute()];
  for (const { id } of await rows()) {
    assert.equal((await visitor.post(`/messages/${id}/selection`)).status, 303);
  }
  const { status, body } = await visitor.postAsTurbo(`/messages/${reply.id}/selection`);
  assert.deepEqual([status, body], [200, '<turbo-stream action="catch_up"></turbo-stream>']);
  assert.deepEqual([await rows(), await deps.db.selectFrom('conversations').selectAll().execute()], before);
});

test('while a reply is open no other version is shown', async t => {
  const { visitor, rows, answer, upstream } = await startConversation(t);
  const { reply } = await answer('Reply');
  await visitor.post(`/messages/${reply.id}/regeneration`);
  await upstream.nextCall();
  const { status, body } = await visitor.postAsTurbo(`/messages/${reply.id}/selection`);
  assert.equal(status, 409);
  assert.match(body, /Stop the reply first, or wait\./);
  assert.equal((await rows()).length, 3);
});
