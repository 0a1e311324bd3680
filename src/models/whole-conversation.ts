import type { Database } from '../database.ts';
import type { Bot, Conversation, MessageRow } from '../schema.ts';
import { findConversation } from './conversation.ts';
import { inSnapshot } from './transactions.ts';

/** A conversation with all its branches, and who speaks in it. */
export interface WholeConversation {
  readonly conversation: Conversation;
  /** In the order in which they were made. */
  readonly messages: readonly MessageRow[];
  readonly bots: readonly Bot[];
}

/** The person's conversation, read in one snapshot. @throws NotFound */
export async function readWholeConversation(
  db: Database,
  { userId, id }: { readonly userId: string; readonly id: string },
): Promise<WholeConversation> {
  return await inSnapshot(db, async trx => ({
    conversation: await findConversation(trx, userId, id),
    messages: await messagesIn(trx, id),
    bots: await speakersIn(trx, id),
  }));
}

/** All that the person has, archived ones too, oldest first. */
export async function listWholeConversations(
  db: Database,
  userId: string,
): Promise<Pick<Conversation, 'id' | 'title' | 'updated_at'>[]> {
  return await db
    .selectFrom('conversations')
    .where('user_id', '=', userId)
    .where('deleted_at', 'is', null)
    .select(['id', 'title', 'updated_at'])
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

async function messagesIn(db: Database, conversationId: string): Promise<MessageRow[]> {
  return await db
    .selectFrom('messages')
    .where('conversation_id', '=', conversationId)
    .selectAll()
    .orderBy('created_at')
    .orderBy('role', 'desc') // a question and its reply may be of one millisecond
    .orderBy('id')
    .execute();
}

async function speakersIn(db: Database, conversationId: string): Promise<Bot[]> {
  const speakers = db.selectFrom('messages').where('conversation_id', '=', conversationId).select('bot_id');
  return await db.selectFrom('bots').where('id', 'in', speakers).selectAll().orderBy('id').execute();
}
