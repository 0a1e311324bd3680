import assert from 'node:assert/strict';
import { test } from 'node:test';
import SQLite from 'better-sqlite3';
import { conversationStream } from '../../src/chat/broadcasts.ts';
import { databasePath } from '../../src/database.ts';
import { escapeHtml } from '../../src/turbo/escape-html.ts';
import { startConversation } from '../support/conversation.ts';
import { freshFile } from '../support/databases.ts';
import { eventually } from '../support/eventually.ts';

/** What the steps of a frame bring a page to: the list or a message, and its version then. */
function versionsIn(frame: string): { thing: string; version: number }[] {
  const steps =
    /<turbo-stream [^>]*(?:data-of="|targets?="#?)(message_[^_"]+|messages)[^>]*data-version="([\d.]+)"/g;
  const messages = /<article [^>]*id="([\w-]+)"[^>]*data-version="(\d+)"/g;
  return [...frame.matchAll(steps), ...frame.matchAll(messages)].map(([, thing = '', version]) => ({
    thing,
    version: Number(version),
  }));
}

test('whatever a frame shows is in the rows when it is published', async t => {
  const DATABASE_URL = await freshFile(t); // can be read while nothing else is done
  const conversation = await startConversation(t, { DATABASE_URL });
  const { deps, visitor, path, upstream, answer, ask, replyThatIs } = conversation;
  const id = path.split('/').at(-1) ?? '';
  const database = new SQLite(databasePath(DATABASE_URL), { readonly: true });
  t.after(() => database.close());
  const find = database
    .prepare<[{ thing: string; id: string }], number>(
      `SELECT list_version FROM conversations WHERE @thing = 'messages' AND id = @id
       UNION SELECT version FROM messages WHERE @thing = 'message_' || id`,
    )
    .pluck();
  const heard = new Map<string, number>();
  const ahead: string[] = [];
  // Within this process a listener is told while its publisher waits, so it sees exactly what was saved by then.
  await deps.broadcaster.subscribe(conversationStream(id), {
    receive(frame) {
      for (const { thing, version } of versionsIn(frame)) {
        const saved = find.get({ thing, id }) ?? 0;
        heard.set(thing, version);
        if (version > saved) ahead.push(`${thing} at ${version}, saved at ${saved}`);
      }
    },
    missed: () => ahead.push('a gap'),
  });

  const { reply } = await answer('The first text.');
  await visitor.post(`/messages/${reply.id}/regeneration`);
  const call = await upstream.nextCall();
  for (const words of ['Another text ', 'of one block.\n\n', 'And one ', 'more']) {
    call.text(words);
    await eventually(async () => (await conversation.rows()).at(-1)?.content.endsWith(words));
  }
  const stopped = await replyThatIs('streaming');
  await visitor.post(`/messages/${stopped.id}/cancellation`);
  await visitor.post(`/messages/${stopped.id}/continuation`);
  await answer(' and its end.');
  await visitor.post(`/messages/${reply.id}/selection`);
  await ask('Two');
  await answer('The last text.');

  assert.deepEqual(ahead, []);
  for (const row of await conversation.rows()) {
    if (row.role === 'assistant') assert.equal(heard.get(`message_${row.id}`), row.version, row.content);
  }
  assert.equal(heard.get('messages'), find.get({ thing: 'messages', id }));
});

test('whatever a person or a model says, no frame and no page has an element of it', async t => {
  const conversation = await startConversation(t);
  const { deps, visitor, path, upstream, answer, ask, replyThatIs } = conversation;
  const frames: string[] = [];
  await deps.broadcaster.subscribe(conversationStream(path.split('/').at(-1) ?? ''), {
    receive: frame => frames.push(frame),
    missed: () => assert.fail('a gap'),
  });
  await answer('Ready.');
  await ask(attackOf('question'));
  const call = await upstream.nextCall();
  for (const part of ['reasoning', 'text'] as const) {
    call[part](attackOf(part));
    await eventually(() => frames.join('').includes(escapeHtml(attackOf(part))));
  }
  call.finish();
  await replyThatIs('complete');

  for (const html of [frames.join(''), (await visitor.get(path)).body]) {
    for (const whom of ['question', 'reasoning', 'text']) isHarmless(html, whom);
  }
  const another = await visitor.startConversation(attackOf('title'));
  isHarmless((await visitor.get(another)).body, 'title');
});

function isHarmless(html: string, whom: string): void {
  assert.ok(html.includes(escapeHtml(attackOf(whom))), `${whom} is shown`);
  assert.doesNotMatch(html, /<img[^>]*attack/);
}

/** Something that would do harm as HTML, and says by whom it came. */
function attackOf(whom: string): string {
  return `"><img src=attack-${whom} onerror=attack()>`;
}
