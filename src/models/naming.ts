import type { Database } from '../database.ts';
import type { Conversation, MessageRow } from '../schema.ts';

/** Which conversation is to get a title from the model: the one whose title was made from this question. */
export interface Naming {
  readonly questionId: string;
}

/** A conversation whose title nobody has given, and how it began. */
export interface Unnamed {
  readonly conversationId: Conversation['id'];
  readonly title: Conversation['title'];
  readonly question: MessageRow['content'];
  /** What the reply answers, if not this very question. */
  readonly asked: MessageRow['content'];
  /** The first that is complete, of those to the question if there is one. */
  readonly reply: MessageRow['content'];
}

/** The title of a conversation, and the question that it was made from. @returns `undefined` when a person has named it */
export async function findTitled(
  db: Database,
  conversationId: string,
): Promise<(Naming & Pick<Unnamed, 'title' | 'question'>) | undefined> {
  return await db
    .selectFrom('conversations')
    .innerJoin('messages as question', 'question.id', 'conversations.titled_after')
    .where('conversations.id', '=', conversationId)
    .select(['question.id as questionId', 'conversations.title', 'question.content as question'])
    .executeTakeFirst();
}

/** @returns `undefined` when a person has named it, or it has no complete reply */
export async function findUnnamed(db: Database, { questionId }: Naming): Promise<Unnamed | undefined> {
  return await db
    .selectFrom('messages as question')
    .innerJoin('conversations', 'conversations.titled_after', 'question.id')
    .innerJoin('messages as reply', 'reply.conversation_id', 'conversations.id')
    .innerJoin('messages as asked', 'asked.id', 'reply.parent_id')
    .where('question.id', '=', questionId)
    .whereRef('conversations.id', '=', 'question.conversation_id')
    .where('conversations.deleted_at', 'is', null)
    .where('reply.role', '=', 'assistant')
    .where('reply.status', '=', 'complete')
    .select([
      'conversations.id as conversationId',
      'conversations.title',
      'question.content as question',
      'asked.content as asked',
      'reply.content as reply',
    ])
    .orderBy(({ eb, ref }) => eb('asked.id', '=', ref('question.id')), 'desc')
    .orderBy('reply.created_at')
    .executeTakeFirst();
}

/** Gives the conversation a better title, unless it got another meanwhile. @returns whether it did */
export async function nameUnnamed(
  db: Database,
  { questionId }: Naming,
  { conversationId, title: before }: Unnamed,
  title: string,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('conversations')
    .set(({ eb }) => ({ title, version: eb('version', '+', 1) }))
    .where('id', '=', conversationId)
    .where('titled_after', '=', questionId)
    .where('title', '=', before)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
