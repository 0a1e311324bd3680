import type { Dependencies } from '../dependencies.ts';
import { findConversation } from '../models/conversation.ts';
import { lookUpDeleted, shelve } from '../models/shelving.ts';
import { inTurn } from '../models/transactions.ts';
import type { Announced } from './broadcasts.ts';
import { changeList } from './conversation-list.ts';
import { announceList } from './list-broadcasts.ts';

/**
 * Puts the person's conversation that was deleted back to its place. One that is there stays as it is.
 * @throws NotFound when it is gone for good
 */
export async function restoreConversation(
  deps: Pick<Dependencies, 'db' | 'broadcaster'>,
  { userId, conversationId }: { readonly userId: string; readonly conversationId: string },
): Promise<Announced> {
  const list = await inTurn(deps.db, { userId }, async trx => {
    const deleted = await lookUpDeleted(trx, userId, conversationId);
    if (deleted)
      return await changeList(trx, deleted, () => shelve(trx, conversationId, 'deleted_at', false));
    await findConversation(trx, userId, conversationId);
    return undefined;
  });
  return { conversationId, steps: (await announceList(deps, list)) || undefined };
}
