import type { Dependencies } from '../dependencies.ts';
import { findConversation } from '../models/conversation.ts';
import { findOpenReply } from '../models/message.ts';
import { stopReply } from '../models/reply.ts';
import { shelve } from '../models/shelving.ts';
import { inTurn } from '../models/transactions.ts';
import { type Announced, announceDeletion, stopSignal } from './broadcasts.ts';
import { changeList } from './conversation-list.ts';
import { announceList } from './list-broadcasts.ts';
import { haveStopped } from './stop.ts';

/**
 * Deletes the person's conversation, and stops an open reply in it. For a minute it can be restored; then it goes for good.
 * @throws NotFound
 */
export async function deleteConversation(
  deps: Pick<Dependencies, 'db' | 'broadcaster' | 'metrics' | 'log'>,
  { userId, conversationId }: { readonly userId: string; readonly conversationId: string },
): Promise<Announced & { readonly title: string }> {
  const { title, stopped, list } = await inTurn(deps.db, { userId }, async trx => {
    const conversation = await findConversation(trx, userId, conversationId);
    const openReply = await findOpenReply(trx, conversationId);
    const isStopped = openReply && (await stopReply(trx, openReply.id)); // or it has just ended
    const list = await changeList(trx, conversation, () => shelve(trx, conversationId, 'deleted_at', true));
    return { title: conversation.title, stopped: isStopped ? openReply : undefined, list };
  });
  if (stopped) {
    haveStopped(deps, stopped);
    await deps.broadcaster.publish(stopSignal(stopped.id), '');
  }
  await announceDeletion(deps, conversationId);
  return { conversationId, title, steps: await announceList(deps, list) };
}
