import type { Dependencies } from '../dependencies.ts';
import { findConversation, renameConversation as renameRow } from '../models/conversation.ts';
import { inTurn } from '../models/transactions.ts';
import type { Announced } from './broadcasts.ts';
import { announceConversation } from './list-broadcasts.ts';
import { cleanTitle } from './title.ts';

/**
 * Gives the person's conversation another title, on one line and without blanks around it.
 * @throws NotFound, Invalid
 */
export async function renameConversation(
  deps: Pick<Dependencies, 'db' | 'broadcaster'>,
  renaming: { readonly userId: string; readonly conversationId: string; readonly title: string },
): Promise<Announced> {
  const { userId, conversationId } = renaming;
  const isOther = await inTurn(deps.db, { userId }, async trx => {
    const before = await findConversation(trx, userId, conversationId);
    const title = cleanTitle(renaming.title);
    if (title === before.title && before.titled_after === null) return false;
    await renameRow(trx, conversationId, { title, titled_after: null });
    return true;
  });
  return { conversationId, steps: isOther ? await announceConversation(deps, conversationId) : undefined };
}
