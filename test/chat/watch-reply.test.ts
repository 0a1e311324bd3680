import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KyselyPlugin } from 'kysely';
import { watchReply } from '../../src/chat/watch-reply.ts';
import { findConversation } from '../../src/models/conversation.ts';
import { startConversation } from '../support/conversation.ts';

/** Counts the texts that are read. */
class TextsRead implements KyselyPlugin {
  count = 0;

  transformQuery: KyselyPlugin['transformQuery'] = ({ node }) => node;
  transformResult: KyselyPlugin['transformResult'] = async ({ result }) => {
    this.count += result.rows.filter(row => 'content' in row).length;
    return result;
  };
}

test('a reply’s text is read only when more of it has settled, and when it is closed', async t => {
  const { deps, upstream, rows, replyThatIs } = await startConversation(t);
  const [question] = await rows();
  const [user] = await deps.db.selectFrom('users').selectAll().execute();
  const conversation = await findConversation(deps.db, user?.id ?? '', question?.conversation_id ?? '');
  const call = await upstream.nextCall();
  const { id } = await replyThatIs('streaming');
  const texts = new TextsRead();
  const watched = { ...deps, db: deps.db.withPlugin(texts) };
  const looks = watchReply(watched, conversation, id, new AbortController().signal);
  const nextReply = async () => {
    let { value: now } = await looks.next();
    while (now === 'unchanged') ({ value: now } = await looks.next());
    return now || undefined;
  };

  for (const word of ['Some', ' words', ' more']) {
    call.text(word);
    assert.equal((await looks.next()).value, 'unchanged');
  }
  assert.equal(texts.count, 0);
  call.text('.\n\nAnd');
  assert.equal((await nextReply())?.content.slice(0, 16), 'Some words more.');
  assert.equal(texts.count, 1);
  call.finish();
  assert.equal((await nextReply())?.status, 'complete');
  assert.equal(texts.count, 2);
  await looks.return();
});
