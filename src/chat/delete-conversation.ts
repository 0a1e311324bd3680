import type { Dependencies } from '../dependencies.ts';
import { deleteConversation as deleteRow, findConversation } from '../models/conversation.ts';
import { findOpenReply } from '../models/message.ts';
import { announceDeletion, stopSignal } from './broadcasts.ts';

/**
 * Deletes the person's conversation with all its messages, and makes the writer of an open reply leave the model.
 * @throws NotFound
 */
export async function deleteConversation(
  deps: Pick<Dependencies, 'db' | 'broadcaster'>,
  { userId, conversationId }: { readonly userId: string; readonly conversationId: string },
): Promise<void> {
  const openReply = await deps.db.transaction().execute(async trx => {
    const { id } = await findConversation(trx, userId, conversationId);
    const open = await findOpenReply(trx, id);
    await deleteRow(trx, id);
    return open;
  });
  if (openReply) await deps.broadcaster.publish(stopSignal(openReply.id), '');
  await announceDeletion(deps, conversationId);
}
