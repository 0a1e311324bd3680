import type { Dependencies } from '../dependencies.ts';
import { findOwnReply } from '../models/message.ts';
import { stopReply } from '../models/reply.ts';
import { announceMessage, stopSignal } from './broadcasts.ts';

export interface Stopped {
  readonly conversationId: string;
  /** What the pages were told; nothing when the reply was closed already. */
  readonly steps: string;
}

/**
 * Closes the person's reply with the text that is saved, and makes its writer leave the model.
 * A reply that is closed already stays as it is.
 * @throws NotFound
 */
export async function stop(
  deps: Pick<Dependencies, 'db' | 'broadcaster'>,
  { userId, messageId }: { readonly userId: string; readonly messageId: string },
): Promise<Stopped> {
  const reply = await findOwnReply(deps.db, userId, messageId);
  if (!(await stopReply(deps.db, messageId))) return { conversationId: reply.conversation_id, steps: '' };
  await deps.broadcaster.publish(stopSignal(messageId), '');
  return { conversationId: reply.conversation_id, steps: await announceMessage(deps, messageId) };
}
