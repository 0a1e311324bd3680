import type { Dependencies } from '../dependencies.ts';
import { findOwnReply } from '../models/message.ts';
import { stopReply } from '../models/reply.ts';
import { type Announced, announceMessage, stopSignal } from './broadcasts.ts';

/**
 * Closes the person's reply with the text that is saved, and makes its writer leave the model.
 * A reply that is closed already stays as it is.
 * @throws NotFound
 */
export async function stop(
  deps: Pick<Dependencies, 'db' | 'broadcaster'>,
  { userId, messageId }: { readonly userId: string; readonly messageId: string },
): Promise<Announced> {
  const reply = await findOwnReply(deps.db, userId, messageId);
  if (!(await stopReply(deps.db, messageId)))
    return { conversationId: reply.conversation_id, steps: undefined };
  await deps.broadcaster.publish(stopSignal(messageId), '');
  return { conversationId: reply.conversation_id, steps: await announceMessage(deps, messageId) };
}
