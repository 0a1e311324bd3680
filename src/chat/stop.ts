import type { Dependencies } from '../dependencies.ts';
import { findOwnReply } from '../models/message.ts';
import { stopReply } from '../models/reply.ts';
import type { MessageRow } from '../schema.ts';
import { type Announced, announceMessage, stopSignal } from './broadcasts.ts';

/**
 * Closes the person's reply with the text that is saved, and makes its writer leave the model.
 * A reply that is closed already stays as it is.
 * @throws NotFound
 */
export async function stop(
  deps: Pick<Dependencies, 'db' | 'broadcaster' | 'metrics' | 'log'>,
  { userId, messageId }: { readonly userId: string; readonly messageId: string },
): Promise<Announced> {
  const reply = await findOwnReply(deps.db, userId, messageId);
  if (!(await stopReply(deps.db, messageId)))
    return { conversationId: reply.conversation_id, steps: undefined };
  haveStopped(deps, reply);
  await deps.broadcaster.publish(stopSignal(messageId), '');
  return { conversationId: reply.conversation_id, steps: await announceMessage(deps, messageId) };
}

/** Tells those who watch the program of a reply that a person has closed. */
export function haveStopped(
  { metrics, log }: Pick<Dependencies, 'metrics' | 'log'>,
  { id, attempt, conversation_id: conversationId }: MessageRow,
): void {
  metrics.replyEnded('stopped');
  log.info({ conversationId, messageId: id, attempt }, 'Reply stopped.');
}
