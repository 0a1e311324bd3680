import type { Dependencies } from '../dependencies.ts';
import { findConversation, renameConversation as renameRow } from '../models/conversation.ts';
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
  const before = await findConversation(deps.db, userId, conversationId);
  const title = cleanTitle(renaming.title);
  if (title === before.title && before.titled_after === null) return { conversationId, steps: undefined };
  await renameRow(deps.db, conversationId, { title, titled_after: null });
  return { conversationId, steps: await announceConversation(deps, conversationId) };
}
