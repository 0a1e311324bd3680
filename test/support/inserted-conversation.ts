import { randomUUIDv7 } from 'node:crypto';
import { type Database, now } from '../../src/database.ts';
import { insertConversation } from '../../src/models/conversation.ts';

/** What there is in the database as if it had been asked and answered. */
export interface InsertedConversation {
  readonly path: string;
  readonly ids: readonly string[];
}

/** One after the other says something. */
const SPEAKERS = [
  { role: 'user', bot_id: null, model: null },
  { role: 'assistant', bot_id: 'ChatBot', model: 'scripted' },
] as const;

/**
 * Gives the one person in the database a conversation with ChatBot, the newest, whose last reply nobody has seen yet: to
 * ask for it all takes much longer.
 * @param texts a question, its reply, the next question, and so on
 */
export async function insertTexts(
  db: Database,
  title: string,
  texts: readonly string[],
): Promise<InsertedConversation> {
  const user = await db.selectFrom('users').select('id').executeTakeFirstOrThrow();
  const place = { id: randomUUIDv7(), user_id: user.id, title, bot_id: 'ChatBot' };
  const { id: conversation_id } = await insertConversation(db, place);
  const ids = texts.map(() => randomUUIDv7());
  const beganAt = Date.now() - texts.length; // rows are read in the order in which they were made
  const rows = texts.map((content, i) => ({
    ...(SPEAKERS[i % 2] ?? SPEAKERS[0]),
    id: ids[i] ?? '',
    conversation_id,
    parent_id: ids[i - 1] ?? null,
    status: 'complete' as const,
    content,
    created_at: beganAt + i,
    started_at: beganAt + i,
    finished_at: beganAt + i,
  }));
  await db.insertInto('messages').values(rows).execute();
  await db
    .updateTable('conversations')
    .set({ leaf_id: ids.at(-1) ?? null, unread_since: now })
    .where('id', '=', conversation_id)
    .execute();
  return { path: `/conversations/${conversation_id}`, ids };
}

/** The same for several conversations, from the oldest on, each of a question that is its title and of this reply. */
export async function insertConversations(
  db: Database,
  titles: readonly string[],
  reply = 'A reply',
): Promise<readonly InsertedConversation[]> {
  const inserted: InsertedConversation[] = [];
  for (const title of titles) inserted.push(await insertTexts(db, title, [title, reply]));
  return inserted;
}
