import { NEWEST_ITEMS } from '../cable/difference.ts';
import type { Database } from '../database.ts';
import { findConversation } from '../models/conversation.ts';
import { findOwnMessage, loadMessages, type Message } from '../models/message.ts';
import { inSnapshot } from '../models/transactions.ts';
import type { Conversation } from '../schema.ts';
import { readPath } from './shown-conversation.ts';

/** Where a message is to be seen: its conversation, and from which message on that must be shown for it. */
export interface MessagePlace {
  readonly conversation: Conversation;
  /** `undefined` where a page of the conversation shows it anyway. */
  readonly from: string | undefined;
  /** The message itself, where it is on another branch than the shown one. */
  readonly aside: Message | undefined;
}

/** So much of what was said before is shown with it. */
const MESSAGES_BEFORE = 4;

/** Finds the place of the person's message. @throws NotFound */
export async function findMessagePlace(db: Database, userId: string, id: string): Promise<MessagePlace> {
  return await inSnapshot(db, async trx => {
    const { conversation_id } = await findOwnMessage(trx, userId, id);
    const { conversation, path } = await readPath(trx, await findConversation(trx, userId, conversation_id));
    const place = path.findIndex(message => message.id === id);
    const [aside] = place < 0 ? await loadMessages(trx, [id]) : [];
    const isEarlier = place >= 0 && place < path.length - NEWEST_ITEMS;
    const from = isEarlier ? path[Math.max(0, place - MESSAGES_BEFORE)]?.id : undefined;
    return { conversation, from, aside };
  });
}
