import { setTimeout as delay } from 'node:timers/promises';
import type { Dependencies } from '../dependencies.ts';
import { lookUpConversation } from '../models/conversation.ts';
import { findMessage, type Message } from '../models/message.ts';
import type { Conversation } from '../schema.ts';
import { conversationStream } from './broadcasts.ts';
import { Doorbell } from './doorbell.ts';

/** How soon after one look at the row the next one may come, and how late it comes when nothing is heard. */
const LOOK_MS = 250;
const LONGEST_REST_MS = 2_000;

/**
 * Looks at a reply whenever something happens in its conversation, and from time to time, until it is over.
 * Yields its row, or `undefined` where the conversation is no longer shown as it was.
 */
export async function* watchReply(
  { db, broadcaster }: Pick<Dependencies, 'db' | 'broadcaster'>,
  conversation: Conversation,
  replyId: string,
  over: AbortSignal,
): AsyncGenerator<Message | undefined, void, void> {
  const bell = new Doorbell();
  const ring = () => bell.ring();
  over.addEventListener('abort', ring);
  const stream = conversationStream(conversation.id);
  const unsubscribe = await broadcaster.subscribe(stream, { receive: ring, missed: ring });
  try {
    while (!over.aborted) {
      yield await look(db, conversation, replyId);
      await delay(LOOK_MS);
      await bell.wait(LONGEST_REST_MS);
    }
  } finally {
    await unsubscribe();
  }
}

async function look(
  db: Dependencies['db'],
  { id, user_id, list_version }: Conversation,
  replyId: string,
): Promise<Message | undefined> {
  const now = await lookUpConversation(db, user_id, id);
  return now?.list_version === list_version ? await findMessage(db, replyId) : undefined;
}
