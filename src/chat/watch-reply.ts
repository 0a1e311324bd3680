import { setTimeout as delay } from 'node:timers/promises';
import type { Dependencies } from '../dependencies.ts';
import { findMessage, findProgress, type Message } from '../models/message.ts';
import type { Conversation } from '../schema.ts';
import { isOpen } from '../views.ts';
import { conversationStream } from './broadcasts.ts';
import { Doorbell } from './doorbell.ts';

/** How soon after one look at the row the next one may come, and how late it comes when nothing is heard. */
const LOOK_MS = 250;
const LONGEST_REST_MS = 2_000;

type Look = Message | 'unchanged' | undefined;

/**
 * Looks at a reply whenever something happens in its conversation, and from time to time, until it is over.
 * Yields the reply where more of it has settled or it is closed, `unchanged` otherwise, or `undefined` where the
 * conversation is no longer shown as it was.
 */
export async function* watchReply(
  { db, broadcaster }: Pick<Dependencies, 'db' | 'broadcaster'>,
  conversation: Conversation,
  replyId: string,
  over: AbortSignal,
): AsyncGenerator<Look, void, void> {
  let settledLength = 0;
  const bell = new Doorbell();
  const ring = () => bell.ring();
  over.addEventListener('abort', ring);
  const stream = conversationStream(conversation.id);
  const unsubscribe = await broadcaster.subscribe(stream, { receive: ring, missed: ring });
  try {
    while (!over.aborted) {
      const now = await look(db, conversation, replyId, settledLength);
      if (now && now !== 'unchanged') settledLength = now.settled_length;
      yield now;
      await delay(LOOK_MS);
      await bell.wait(LONGEST_REST_MS);
    }
  } finally {
    await unsubscribe();
  }
}

async function look(
  db: Dependencies['db'],
  { list_version }: Conversation,
  replyId: string,
  settledLength: number,
): Promise<Look> {
  const now = await findProgress(db, replyId);
  if (now?.list_version !== list_version) return undefined;
  if (isOpen(now) && now.settled_length === settledLength) return 'unchanged';
  return await findMessage(db, replyId);
}
