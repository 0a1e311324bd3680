import type { TestContext } from 'node:test';
import { conversationStream } from '../../src/chat/broadcasts.ts';
import type { MessageRow, Status } from '../../src/schema.ts';
import { startTestApp, type TestApp } from './app.ts';
import { eventually } from './eventually.ts';
import { messagesOf } from './rows.ts';
import type { UpstreamCall } from './scripted-upstream.ts';
import { Visitor } from './visitor.ts';

/** A person's conversation, whose model says what the test says. */
export interface TestConversation extends TestApp {
  readonly visitor: Visitor;
  readonly path: string;
  /** All its messages, in the order in which they were made. */
  rows(): Promise<MessageRow[]>;
  /** The reply that was made last, once it has this status. */
  replyThatIs(status: Status): Promise<MessageRow>;
  /** Answers the next call with a text and its end, and waits until pages hear of it. @returns the reply, and the call */
  answer(text: string, reason?: string): Promise<{ readonly reply: MessageRow; readonly call: UpstreamCall }>;
  /** Answers the next call with a text after which the connection is cut. @returns the reply as it is then */
  breakOff(text: string): Promise<MessageRow>;
  /** Asks another question. */
  ask(content: string, bot?: string): Promise<void>;
}

/** Starts the program and a conversation in which "One" is asked. */
export async function startConversation(
  t: TestContext,
  environment?: Readonly<Record<string, string>>,
): Promise<TestConversation> {
  return await beginConversation(await startTestApp(t, environment));
}

/** Asks "One" of a program that runs, and whose model is as the test wants it from the first question on. */
export async function beginConversation(context: TestApp): Promise<TestConversation> {
  const visitor = new Visitor(context.url);
  await visitor.get('/');
  const path = await visitor.startConversation('One');
  const rows = () => messagesOf(context.deps.db, path);
  const newestReply = async (isWanted: (reply: MessageRow) => boolean) =>
    await eventually(async () => {
      const newest = (await rows()).findLast(({ role }) => role === 'assistant');
      return newest && isWanted(newest) && newest;
    });
  const replyThatIs = (status: Status) => newestReply(reply => reply.status === status);

  return {
    ...context,
    visitor,
    path,
    rows,
    replyThatIs,

    async answer(text, reason) {
      const call = await context.upstream.nextCall();
      call.text(text);
      const { end } = await hearOfEnd(context, path);
      call.finish(reason);
      await end;
      return { reply: await replyThatIs('complete'), call };
    },

    async breakOff(text) {
      const call = await context.upstream.nextCall();
      call.text(text);
      await newestReply(({ content }) => content.endsWith(text));
      call.cut();
      return await replyThatIs('interrupted');
    },

    async ask(content, bot = 'ChatBot') {
      const { status } = await visitor.post(`${path}/messages`, { content, bot });
      if (status !== 303) throw new Error(`The question was not taken: ${status}`);
    },
  };
}

/** Listens until the end of a reply of the conversation is published. @returns, once it listens, what then resolves */
async function hearOfEnd({ deps }: TestApp, path: string): Promise<{ readonly end: Promise<void> }> {
  const { promise: end, resolve } = Promise.withResolvers<void>();
  const leave = await deps.broadcaster.subscribe(conversationStream(path.split('/').at(-1) ?? ''), {
    receive: frame => frame.includes(' data-final') && resolve(),
    missed: resolve,
  });
  return { end: end.then(leave) };
}
