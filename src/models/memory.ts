import type { Database } from '../database.ts';
import type { Conversation, MessageRow } from '../schema.ts';

/**
 * Moves the mark of where the model's memory begins; `null`: it remembers all. The messages that have it before and after
 * are drawn differently then, and count up. Within a transaction. @returns their ids
 */
export async function moveMemoryStart(
  trx: Database,
  conversationId: string,
  to: Conversation['memory_start_id'],
): Promise<readonly MessageRow['id'][]> {
  const { memory_start_id: from } = await trx
    .selectFrom('conversations')
    .where('id', '=', conversationId)
    .select('memory_start_id')
    .executeTakeFirstOrThrow();
  if (from === to) return [];
  await trx
    .updateTable('conversations')
    .set({ memory_start_id: to })
    .where('id', '=', conversationId)
    .execute();
  const moved = [from, to].flatMap(id => id ?? []);
  await trx
    .updateTable('messages')
    .set(({ eb }) => ({ version: eb('version', '+', 1) }))
    .where('id', 'in', moved)
    .execute();
  return moved;
}
