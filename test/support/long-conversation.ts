import { randomUUIDv7 } from 'node:crypto';
import { type Database, now } from '../../src/database.ts';
import { insertConversation } from '../../src/models/conversation.ts';

const QUESTION = { role: 'user', bot_id: null, status: 'complete' } as const;
const REPLY = { role: 'assistant', bot_id: 'ChatBot', status: 'complete' } as const;

/** Gives the one person in the database a conversation of so many short messages. @returns its path, and their ids */
export async function insertLongConversation(
  db: Database,
  count: number,
  text = (place: number) => `Message ${place}`,
): Promise<{ readonly path: string; readonly ids: readonly string[] }> {
  const user = await db.selectFrom('users').selectAll().executeTakeFirstOrThrow();
  const place = { id: randomUUIDv7(), user_id: user.id, title: 'Long', bot_id: 'ChatBot' };
  const { id: conversation_id } = await insertConversation(db, place);
  const ids = Array.from({ length: count }, () => randomUUIDv7());
  const messages = ids.map((id, i) => ({
    ...(i % 2 === 0 ? QUESTION : REPLY),
    id,
    conversation_id,
    parent_id: ids[i - 1] ?? null,
    content: text(i),
    created_at: now,
  }));
  await db.insertInto('messages').values(messages).execute();
  await db
    .updateTable('conversations')
    .set({ leaf_id: ids.at(-1) ?? null })
    .where('id', '=', conversation_id)
    .execute();
  return { path: `/conversations/${conversation_id}`, ids };
}
