import { purge } from '../database.ts';
import type { Dependencies } from '../dependencies.ts';
import { deleteConversation as deleteRow, findConversation } from '../models/conversation.ts';
import { findOpenReply } from '../models/message.ts';
import { type Announced, announceDeletion, stopSignal } from './broadcasts.ts';
import { takeOff } from './conversation-list.ts';
import { announceList } from './list-broadcasts.ts';

/**
 * Deletes the person's conversation with all its messages, and makes the writer of an open reply leave the model.
 * @throws NotFound
 */
export async function deleteConversation(
  deps: Pick<Dependencies, 'db' | 'broadcaster'>,
  { userId, conversationId }: { readonly userId: string; readonly conversationId: string },
): Promise<Announced> {
  const { openReply, list } = await deps.db.transaction().execute(async trx => {
    const conversation = await findConversation(trx, userId, conversationId);
    const openReply = await findOpenReply(trx, conversationId);
    await deleteRow(trx, conversationId);
    return { openReply, list: await takeOff(trx, conversation) };
  });
  if (openReply) await deps.broadcaster.publish(stopSignal(openReply.id), '');
  await announceDeletion(deps, conversationId);
  const steps = await announceList(deps, list);
  await purge(deps.db);
  return { conversationId, steps };
}
