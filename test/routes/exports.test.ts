import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startConversation, type TestConversation } from '../support/conversation.ts';
import { eventually } from '../support/eventually.ts';
import { unzip } from '../support/unzip.ts';
import { Visitor } from '../support/visitor.ts';

/** Gets a file. @returns what its header says of its name, and its bytes */
async function download({ url, visitor }: Pick<TestConversation, 'url' | 'visitor'>, path: string) {
  const response = await fetch(url + path, { headers: { cookie: visitor.cookie } });
  const disposition = response.headers.get('content-disposition') ?? '';
  const [, encoded = ''] = /filename\*=UTF-8''(.*)$/.exec(disposition) ?? [];
  return {
    type: response.headers.get('content-type'),
    disposition,
    name: decodeURIComponent(encoded),
    bytes: Buffer.from(await response.arrayBuffer()),
  };
}

async function textOf(conversation: TestConversation, extension: 'md' | 'json'): Promise<string> {
  return (await download(conversation, `${conversation.path}/export.${extension}`)).bytes.toString('utf8');
}

/** Times and ids, which differ each time. */
function without(text: string): string {
  return text.replace(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, '(when)');
}

test('a conversation as Markdown is what is shown of it, with who and when', async t => {
  const conversation = await startConversation(t);
  const { reply } = await conversation.answer('Reply *one*');
  await conversation.visitor.post(`/messages/${reply.id}/regeneration`);
  await conversation.answer('Reply one, anew');
  await conversation.ask('Two\n\n- and more', 'PirateBot');
  const call = await conversation.upstream.nextCall();
  call.text('Arr');
  await eventually(async () => (await conversation.rows()).at(-1)?.content === 'Arr');
  const open = await conversation.replyThatIs('streaming');
  await conversation.visitor.post(`/messages/${open.id}/cancellation`);

  const text = await textOf(conversation, 'md');
  assert.equal(
    without(text),
    [
      '# One',
      '## You · (when)',
      'One',
      '## ChatBot · (when)',
      'Reply one, anew',
      '## You · (when)',
      'Two\n\n- and more',
      '## PirateBot · (when)',
      'Arr',
      '*Stopped.*\n',
    ].join('\n\n'),
  );
  const [first] = await conversation.rows();
  assert.ok(text.includes(new Date(first?.created_at ?? 0).toISOString().slice(0, 16).replace('T', ' ')));
});

test('a question comes before its reply in an export, also where both are of one millisecond', async t => {
  const conversation = await startConversation(t);
  const id = 'ffffffff-ffff-7fff-bfff-ffffffffffff'; // after all others
  await conversation.answer('Reply one');
  await conversation.visitor.post(`${conversation.path}/messages`, { content: 'Two', bot: 'ChatBot', id });
  await conversation.answer('Reply two');
  const { created_at } = (await conversation.rows()).at(-1) ?? {};
  await conversation.deps.db.updateTable('messages').set({ created_at }).where('id', '=', id).execute();
  const { messages } = JSON.parse(await textOf(conversation, 'json'));
  const contents = messages.map(({ content }: { readonly content: string }) => content);
  assert.deepEqual(contents, ['One', 'Reply one', 'Two', 'Reply two']);
});

test('a conversation as JSON is all of it, in the shape that the documentation shows', async t => {
  const conversation = await startConversation(t);
  const { reply } = await conversation.answer('Reply one');
  await conversation.visitor.post(`/messages/${reply.id}/regeneration`);
  await conversation.answer('Reply one, anew');
  const exported = JSON.parse(await textOf(conversation, 'json'));
  const [question, first, second] = await conversation.rows();

  assert.equal(exported.shown_leaf_id, second?.id);
  assert.deepEqual(
    exported.messages.map((message: { id: string; parent_id: string | null; content: string }) => [
      message.id,
      message.parent_id,
      message.content,
    ]),
    [
      [question?.id, null, 'One'],
      [first?.id, question?.id, 'Reply one'],
      [second?.id, question?.id, 'Reply one, anew'],
    ],
  );
  assert.equal(exported.messages[1].created_at, new Date(first?.created_at ?? 0).toISOString());

  const page = readFileSync(join(import.meta.dirname, '../../docs/export.md'), 'utf8');
  const example = JSON.parse(/```json\n(.*?)```/s.exec(page)?.[1] ?? '');
  const shape = ({ bots, messages, ...head }: typeof example) =>
    [head, bots[0], messages[1]].map(Object.keys);
  assert.deepEqual(shape(exported), shape(example));
});

test('a file has the title for its name, and goes to the disk', async t => {
  const conversation = await startConversation(t);
  await conversation.visitor.post(`${conversation.path}/title`, { title: 'Größe: 100% "天気" / it’s (ok)?' });
  const { name, disposition, type } = await download(conversation, `${conversation.path}/export.md`);
  assert.equal(name, 'Größe 100% 天気 it’s (ok).md');
  assert.match(
    disposition,
    /^attachment; filename="Gro\S*e 100 {2}its \(ok\)\.md"; filename\*=UTF-8''[!-~]+$/,
  );
  assert.equal(type, 'text/markdown; charset=utf-8');
});

test('all conversations come in one zip, archived ones too, and nobody else’s', async t => {
  const conversation = await startConversation(t);
  await conversation.answer('Reply one');
  const { visitor, deps, upstream, url } = conversation;
  upstream.answerAll(call => call.whole('Reply'));
  await new Visitor(url).startConversation('Somebody else’s');
  const paths = [];
  for (const title of ['one', '../Ünïcode 天気', 'Archived', 'Deleted']) {
    paths.push(await visitor.startConversation(title));
  }
  const idOf = (path = '') => path.split('/').at(-1) ?? '';
  const change = (path: string | undefined, set: object) =>
    deps.db.updateTable('conversations').set(set).where('id', '=', idOf(path)).execute();
  await change(paths[2], { archived_at: 1 });
  await change(paths[3], { deleted_at: 1 });

  const { bytes, type, name } = await download({ url, visitor }, '/export.zip');
  assert.equal(type, 'application/zip');
  assert.match(name, /^Parley \d{4}-\d\d-\d\d\.zip$/);
  const files = unzip(bytes);
  assert.deepEqual(
    [...files.keys()].toSorted(),
    ['One', 'one (2)', 'Ünïcode 天気', 'Archived']
      .flatMap(title => [`${title}.json`, `${title}.md`])
      .toSorted(),
  );
  assert.equal(files.get('One.md'), await textOf(conversation, 'md'));
  assert.equal(JSON.parse(files.get('One.json') ?? '').messages.length, 2);
});

test('somebody without conversations gets an empty zip', async t => {
  const { url, visitor, path } = await startConversation(t);
  await visitor.post(`${path}/deletion`);
  assert.equal(unzip((await download({ url, visitor }, '/export.zip')).bytes).size, 0);
});

test('a conversation is read when its turn comes, and a reader who leaves does no harm', async t => {
  const conversation = await startConversation(t);
  await conversation.answer('Reply one');
  const { deps, url, visitor } = conversation;
  const row = await deps.db.selectFrom('conversations').selectAll().executeTakeFirstOrThrow();
  const content = randomBytes(500_000).toString('base64'); // so that the zip is far more than waits on its way
  for (let n = 1; n <= 8; n++) {
    const [id, conversation_id] = [randomUUID(), randomUUID()];
    const question = {
      id,
      conversation_id,
      role: 'user',
      status: 'complete',
      content,
      created_at: 1,
    } as const;
    const long = {
      ...row,
      id: conversation_id,
      title: `Long ${n}`,
      leaf_id: id,
      created_at: row.created_at + n,
    };
    await deps.db.insertInto('conversations').values(long).execute();
    await deps.db.insertInto('messages').values(question).execute();
  }
  const begin = (signal?: AbortSignal) =>
    fetch(`${url}/export.zip`, { headers: { cookie: visitor.cookie }, signal: signal ?? null });

  const leaving = new AbortController();
  const left = await begin(leaving.signal);
  const response = await begin();
  await deps.db.updateTable('conversations').set({ deleted_at: 1 }).where('title', '=', 'Long 8').execute();
  leaving.abort();
  await assert.rejects(left.arrayBuffer());
  const files = unzip(Buffer.from(await response.arrayBuffer()));
  assert.equal(files.size, 2 * 9);
  assert.ok(files.get('Long 7.md')?.includes(content));
  assert.equal(files.get('Long 8.md'), '');
});
