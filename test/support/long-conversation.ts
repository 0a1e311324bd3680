import type { Database } from '../../src/database.ts';
import { type InsertedConversation, insertTexts } from './inserted-conversation.ts';

/** Gives the one person in the database a conversation of so many short messages. @returns its path, and their ids */
export async function insertLongConversation(
  db: Database,
  count: number,
  text = (place: number) => `Message ${place}`,
): Promise<InsertedConversation> {
  const texts = Array.from({ length: count }, (_, place) => text(place));
  return await insertTexts(db, 'Long', texts);
}
