import { randomUUIDv7 } from 'node:crypto';
import { type Database, now } from '../../src/database.ts';
import { insertConversation } from '../../src/models/conversation.ts';

/** Gives the one person in the database a conversation of so many short messages. @returns its path, and their ids */
export async function insertLongConversation(
  db: Database,
  count: number,
  text = (place: number) => `Message ${place}`,
): Promise<{ readonly path: string; readonly ids: readonly string[] }> {
  const user = await db.selectFrom('users').selectAll().executeTakeFirstOrThrow();
  const place = { id: randomUUIDv7(), user_id: user.id, title: 'Long', bot_id: 'ChatBot' };
  const { id: conversation_id } = await insertConversation(db, place);
  const ids: string[] = [];
  for (let i = 0; i < count; i++) {
    const isQuestion = i % 2 === 0;
    const id = randomUUIDv7();
    await db
      .insertInto('messages')
      .values({
        id,
        conversation_id,
        parent_id: ids.at(-1) ?? null,
        role: isQuestion ? 'user' : 'assistant',
        bot_id: isQuestion ? null : 'ChatBot',
        status: 'complete',
        content: text(i),
        created_at: now,
      })
      .execute();
    ids.push(id);
  }
  await db
    .updateTable('conversations')
    .set({ leaf_id: ids.at(-1) ?? null })
    .where('id', '=', conversation_id)
    .execute();
  return { path: `/conversations/${conversation_id}`, ids };
}
