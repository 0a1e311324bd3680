import type { Database } from '../database.ts';
import type { Rating } from '../schema.ts';

/**
 * Keeps what the person thinks of a closed reply, or that it is nothing in particular.
 * @returns whether that is another rating than before
 */
export async function saveRating(db: Database, id: string, rating: Rating | null): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('messages')
    .set(({ eb }) => ({ rating, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .where('status', 'not in', ['pending', 'streaming'])
    .where('rating', 'is distinct from', rating)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
