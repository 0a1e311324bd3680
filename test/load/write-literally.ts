import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { announceMessage, conversationStream } from '../../src/chat/broadcasts.ts';
import { messageStep } from '../../src/chat/message-steps.ts';
import { now } from '../../src/database.ts';
import type { Dependencies } from '../../src/dependencies.ts';
import { type Attempt, claimReply } from '../../src/models/attempt.ts';
import { findMessage, type Message } from '../../src/models/message.ts';

type Deps = Pick<Dependencies, 'db' | 'broadcaster' | 'model'>;

/**
 * Writes a reply token by token: each time all of the text so far is saved, the message is drawn anew, and all of it is
 * sent to take the place of the one that is shown. The message is not even read again for that.
 */
export async function writeLiterally(deps: Deps, attempt: Attempt, shutdown: AbortSignal): Promise<void> {
  if (!(await claimReply(deps.db, attempt, randomUUID()))) return;
  await announceMessage(deps, attempt.messageId);
  let message = await findMessage(deps.db, attempt.messageId);
  const question = message && (await findMessage(deps.db, message.parent_id ?? ''));
  if (!message || !question) return;

  const messages = [{ role: 'user', content: question.content }] as const;
  for await (const event of deps.model.reply({ messages }, shutdown)) {
    if (event.type === 'text') {
      message = await save(deps, { ...message, content: message.content + event.text });
      await deps.broadcaster.publish(conversationStream(message.conversation_id), messageStep(message));
      await turn(); // nothing above leaves this thread: a worker that lags behind would hear nobody, not even Redis
    }
  }
  await finish(deps, attempt.messageId);
}

async function save({ db }: Deps, message: Message): Promise<Message> {
  const { id, content } = message;
  const row = await db
    .updateTable('messages')
    .set(({ eb }) => ({ content, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .returning('version')
    .executeTakeFirstOrThrow();
  return { ...message, version: row.version };
}

async function finish(deps: Deps, id: string): Promise<void> {
  await deps.db
    .updateTable('messages')
    .set(({ eb }) => ({ status: 'complete', finished_at: now, run_id: null, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute();
  await announceMessage(deps, id);
}
