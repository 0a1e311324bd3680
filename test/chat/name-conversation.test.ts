import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { nameConversation } from '../../src/chat/name-conversation.ts';
import { startConversation, type TestConversation } from '../support/conversation.ts';
import { eventually } from '../support/eventually.ts';

async function row({ deps }: TestConversation) {
  return await deps.db.selectFrom('conversations').selectAll().executeTakeFirstOrThrow();
}

async function isTitled(conversation: TestConversation, title: string): Promise<void> {
  await eventually(async () => (await row(conversation)).title === title);
}

/** A conversation that the model has named. */
async function startNamed(t: TestContext, title = 'A good title'): Promise<TestConversation> {
  const conversation = await startConversation(t);
  conversation.upstream.title = title;
  await conversation.answer('Reply one');
  await isTitled(conversation, title);
  return conversation;
}

/** A conversation for which the model is thinking of a title. @returns what lets it have one */
async function startNaming(t: TestContext) {
  const conversation = await startConversation(t);
  const { promise, resolve: think } = Promise.withResolvers<string>();
  conversation.upstream.title = () => promise;
  await conversation.answer('Reply one');
  await eventually(() => conversation.upstream.titleRequests.length === 1);
  return { conversation, think };
}

test('the first words are the title until the first reply is complete, then the model gives one', async t => {
  const conversation = await startConversation(t);
  conversation.upstream.title = '**“A good title.”**\n\nAnd more.';
  assert.equal((await row(conversation)).title, 'One');
  const frames: string[] = [];
  const { id, user_id, version } = await row(conversation);
  await conversation.deps.broadcaster.subscribe(`conversations:${user_id}`, {
    receive: frame => frames.push(frame),
    missed: () => assert.fail('a gap'),
  });
  await conversation.answer('Reply one');
  await eventually(() => frames.some(frame => frame.includes('A good title')));
  assert.match(frames.at(-1) ?? '', new RegExp(`action="replace" target="conversation_${id}"`));
  const named = await row(conversation);
  assert.equal(named.title, 'A good title');
  assert.ok(named.version > version);
});

test('the model is given the beginning of the question and of the reply, and little room', async t => {
  const conversation = await startNamed(t);
  await conversation.visitor.startConversation(`Why? ${'and why '.repeat(3_000)}`);
  await conversation.upstream.nextCall().then(call => call.whole(`Because. ${'and so '.repeat(3_000)}`));
  const [first, second] = await eventually(() => {
    const { titleRequests } = conversation.upstream;
    return titleRequests.length === 2 && titleRequests;
  });
  assert.equal(first?.messages[1]?.content, '<question>\nOne\n</question>\n\n<reply>\nReply one\n</reply>');
  const beginning = second?.messages[1]?.content ?? '';
  assert.match(
    beginning,
    /^<question>\nWhy\? and why .*…\n<\/question>\n\n<reply>\nBecause\. and so .*…\n<\/reply>$/,
  );
  assert.ok(beginning.length < 2_000);
});

test('a title that a person gives is never changed', async t => {
  const conversation = await startConversation(t);
  conversation.upstream.title = 'The model’s';
  await conversation.visitor.post(`${conversation.path}/title`, { title: 'Mine' });
  const { reply } = await conversation.answer('Reply one');
  await nameConversation(
    conversation.deps,
    { questionId: reply.parent_id ?? '' },
    new AbortController().signal,
  );
  assert.equal((await row(conversation)).title, 'Mine');
  assert.equal(conversation.upstream.titleRequests.length, 0);
});

test('a title that a person gives while the model thinks of one stays', async t => {
  const { conversation, think } = await startNaming(t);
  await conversation.visitor.post(`${conversation.path}/title`, { title: 'Mine' });
  think('The model’s');
  await conversation.deps.queue.close(5_000); // waits for the job
  assert.equal((await row(conversation)).title, 'Mine');
});

test('a conversation is named once, however often its job runs and its replies are written', async t => {
  const conversation = await startNamed(t);
  conversation.upstream.title = 'Another title';
  const reply = (await conversation.rows()).at(-1);
  await nameConversation(
    conversation.deps,
    { questionId: reply?.parent_id ?? '' },
    new AbortController().signal,
  );
  await conversation.visitor.post(`/messages/${reply?.id}/regeneration`);
  await conversation.answer('Reply one, anew');
  await conversation.ask('Two');
  await conversation.answer('Reply two');
  await nameConversation(
    conversation.deps,
    { questionId: reply?.parent_id ?? '' },
    new AbortController().signal,
  );
  assert.equal((await row(conversation)).title, 'A good title');
  assert.equal(conversation.upstream.titleRequests.length, 1);
});

test('the first words stay when the model has no title to offer', async t => {
  const conversation = await startConversation(t);
  for (const title of ['', '***', 'far too long '.repeat(20)]) {
    conversation.upstream.title = title;
    const questionId = (await conversation.rows())[0]?.id ?? '';
    if (title === '') await conversation.answer('Reply one');
    await nameConversation(conversation.deps, { questionId }, new AbortController().signal);
    assert.equal((await row(conversation)).title, 'One', title);
  }
});

test('a title that the model made goes with its question', async t => {
  const conversation = await startNamed(t);
  await conversation.ask('Two');
  await conversation.answer('Reply two');
  const [question] = await conversation.rows();
  await conversation.visitor.post(`/messages/${question?.id}/deletion`);
  assert.equal((await row(conversation)).title, 'Two');
});

test('a title that a person gave outlives its question', async t => {
  const conversation = await startNamed(t);
  await conversation.visitor.post(`${conversation.path}/title`, { title: 'One' });
  const [question] = await conversation.rows();
  await conversation.visitor.post(`/messages/${question?.id}/deletion`);
  assert.equal((await row(conversation)).title, 'One');
});

/** A conversation whose first reply was stopped. */
async function startStopped(t: TestContext): Promise<TestConversation> {
  const conversation = await startConversation(t);
  conversation.upstream.title = 'A good title';
  const call = await conversation.upstream.nextCall();
  call.text('Reply');
  const { id } = await conversation.replyThatIs('streaming');
  await conversation.visitor.post(`/messages/${id}/cancellation`);
  await conversation.replyThatIs('stopped');
  return conversation;
}

test('where the first reply was stopped, a later one gets the conversation its name', async t => {
  const conversation = await startStopped(t);
  await conversation.ask('Two');
  await conversation.answer('Reply two');
  await isTitled(conversation, 'A good title');
  assert.equal(
    conversation.upstream.titleRequests[0]?.messages[1]?.content,
    '<question>\nOne\n</question>\n\n<question>\nTwo\n</question>\n\n<reply>\nReply two\n</reply>',
  );
});

test('the first words of a question follow its revision on every page, which is then named', async t => {
  const conversation = await startStopped(t);
  const [question] = await conversation.rows();
  const { body } = await conversation.visitor.postAsTurbo(`/messages/${question?.id}/revision`, {
    content: 'One in other words',
    bot: 'ChatBot',
  });
  assert.match(body, /target="heading_[^>]*>.*One in other words/s);
  assert.equal((await row(conversation)).title, 'One in other words');
  await conversation.answer('Reply one');
  await isTitled(conversation, 'A good title');
});

test('a title that the model gave stays when its question is revised', async t => {
  const conversation = await startNamed(t);
  const [question] = await conversation.rows();
  await conversation.visitor.post(`/messages/${question?.id}/revision`, { content: 'Other', bot: 'ChatBot' });
  assert.equal((await row(conversation)).title, 'A good title');
});

test('a conversation whose title went with its question is named again', async t => {
  const conversation = await startNamed(t);
  await conversation.ask('Two');
  await conversation.answer('Reply two');
  const [question] = await conversation.rows();
  await conversation.visitor.post(`/messages/${question?.id}/deletion`);
  conversation.upstream.title = 'Another title';
  await conversation.ask('Three');
  await conversation.answer('Reply three');
  await isTitled(conversation, 'Another title');
});

test('a naming that came to nothing is tried again after the next reply, once', async t => {
  const conversation = await startConversation(t);
  await conversation.answer('Reply one');
  await eventually(() => conversation.upstream.titleRequests.length === 1);
  conversation.upstream.title = 'A good title';
  await conversation.ask('Two');
  await conversation.answer('Reply two');
  await isTitled(conversation, 'A good title');
  assert.equal(conversation.upstream.titleRequests.length, 2);
});

test('whoever saves the very words that stand there has given them', async t => {
  const conversation = await startConversation(t);
  await conversation.visitor.post(`${conversation.path}/title`, { title: 'One' });
  conversation.upstream.title = 'The model’s';
  await conversation.answer('Reply one');
  await conversation.deps.queue.close(5_000); // waits for the jobs
  assert.equal((await row(conversation)).title, 'One');
  assert.equal(conversation.upstream.titleRequests.length, 0);
});
