import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { pino } from 'pino';
import { inProcessQueue } from '../../jobs/in-process-queue.ts';
import { inProcessBroadcaster } from '../../src/cable/in-process-broadcaster.ts';
import { ask } from '../../src/chat/ask.ts';
import { deletePair } from '../../src/chat/delete-pair.ts';
import { messageStep } from '../../src/chat/message-steps.ts';
import { regenerate } from '../../src/chat/regenerate.ts';
import { selectVersion } from '../../src/chat/select-version.ts';
import { stop } from '../../src/chat/stop.ts';
import { Refusal } from '../../src/errors.ts';
import { UNCOUNTED } from '../../src/metrics/metrics.ts';
import { seedBots } from '../../src/models/bot.ts';
import { insertConversation } from '../../src/models/conversation.ts';
import { loadMessages, type Message } from '../../src/models/message.ts';
import { findPath } from '../../src/models/path.ts';
import { createGuest } from '../../src/models/user.ts';
import type { Conversation } from '../../src/schema.ts';
import { openFresh } from '../support/databases.ts';

type Verb = 'ask' | 'stop' | 'regenerate' | 'select' | 'delete';

/** What is done, and with which message: the one at this part of all that there are then. */
type Deed = readonly [Verb, number];

const deeds = fc.array(
  fc.tuple(
    fc.constantFrom<Verb>(
      'ask',
      'ask',
      'ask',
      'stop',
      'stop',
      'stop',
      'regenerate',
      'select',
      'delete',
      'delete',
    ),
    fc.double({ min: 0, max: 0.999, noNaN: true }),
  ),
  { minLength: 5, maxLength: 40 },
);

/** A person who does things with the messages of a conversation, whose replies are written by nobody. */
async function startPerson(t: TestContext) {
  const db = await openFresh(t);
  await seedBots(db);
  const queue = inProcessQueue({ concurrency: 1, onError: error => assert.fail(String(error)) });
  const log = pino({ level: 'silent' });
  const deps = { db, queue, broadcaster: inProcessBroadcaster(), metrics: UNCOUNTED, log };
  const { id: userId } = await createGuest(db);

  async function startConversation(): Promise<string> {
    const conversation = { id: randomUUIDv7(), user_id: userId, title: '', bot_id: 'ChatBot' };
    return (await insertConversation(db, conversation)).id;
  }

  async function act(verb: Verb, conversationId: string, messageId: string): Promise<void> {
    const own = { userId, messageId };
    if (verb === 'ask') {
      const question = { id: randomUUIDv7(), botId: 'ChatBot', content: 'Question' };
      await ask(deps, { ...question, userId, conversationId });
    } else if (verb === 'stop') await stop(deps, own);
    else if (verb === 'regenerate') await regenerate(deps, own);
    else if (verb === 'select') await selectVersion(deps, own);
    else await deletePair(deps, own);
  }

  async function look(conversationId: string): Promise<Tree> {
    const conversation = await db
      .selectFrom('conversations')
      .where('id', '=', conversationId)
      .selectAll()
      .executeTakeFirstOrThrow();
    const ids = await db
      .selectFrom('messages')
      .where('conversation_id', '=', conversationId)
      .select('id')
      .execute();
    const messages = await loadMessages(
      db,
      ids.map(({ id }) => id),
    );
    const path = (await findPath(db, conversation.leaf_id)).map(({ id }) => id);
    return { conversation, messages: new Map(messages.map(message => [message.id, message])), path };
  }

  return { startConversation, act, look };
}

interface Tree {
  readonly conversation: Conversation;
  readonly messages: ReadonlyMap<string, Message>;
  readonly path: readonly string[];
}

function messageFor(verb: Verb, part: number, { messages }: Tree): string {
  const all = [...messages.values()];
  const fitting = verb === 'stop' ? all.filter(({ status }) => status === 'pending') : all;
  return fitting[Math.floor(part * fitting.length)]?.id ?? randomUUIDv7();
}

test('whatever is asked, written anew, shown and deleted, the messages are one tree with one path', async t => {
  const { startConversation, act, look } = await startPerson(t);
  let deleted = 0;
  const property = fc.asyncProperty(deeds, async (deeds: readonly Deed[]) => {
    const id = await startConversation();
    let tree = await look(id);
    for (const [verb, part] of deeds) {
      const before = tree;
      await act(verb, id, messageFor(verb, part, before)).catch(refused);
      tree = await look(id);
      assertWhole(tree);
      assertAnnounced(before, tree);
      if (tree.messages.size < before.messages.size) deleted += 1;
    }
  });
  await fc.assert(property, { numRuns: 13 });
  assert.ok(deleted > 2, `${deleted} deletions`);
});

/** What is not possible then, or with that message. */
function refused(error: unknown): void {
  if (!(error instanceof Refusal)) throw error;
}

function assertWhole({ conversation, messages, path }: Tree): void {
  for (const { parent_id, role } of messages.values()) {
    const parent = parent_id === null ? undefined : messages.get(parent_id);
    assert.equal(parent?.id ?? null, parent_id, 'every parent is there');
    assert.notEqual(parent?.role ?? 'assistant', role, 'a question follows a reply, and a reply a question');
  }
  assert.equal(path.at(-1) ?? null, conversation.leaf_id, 'the path ends with the leaf');
  assert.equal(messages.size === 0, path.length === 0, 'a path is shown while there is one');
  assert.ok(path.length === 0 || messages.get(path.at(-1) ?? '')?.role === 'assistant', 'a reply is last');
  const open = [...messages.values()].filter(({ status }) => status === 'pending');
  assert.ok(open.length <= 1);
  for (const { id } of open) assert.equal(id, conversation.leaf_id, 'an open reply is shown');
}

/** A page that knows the versions knows whether it shows what the rows say. */
function assertAnnounced(before: Tree, after: Tree): void {
  const { list_version: from } = before.conversation;
  const { list_version: version } = after.conversation;
  assert.ok(version >= from);
  if (version === from) assert.deepEqual(after.path, before.path);
  for (const message of after.messages.values()) {
    const known = before.messages.get(message.id);
    if (known?.version === message.version) assert.equal(messageStep(message), messageStep(known));
    else assert.ok(!known || message.version > known.version);
  }
}
