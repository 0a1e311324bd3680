import type { Dependencies } from '../dependencies.ts';
import { findOwnReply } from '../models/message.ts';
import { saveRating } from '../models/rating.ts';
import type { Rating } from '../schema.ts';
import { type Announced, announceMessage } from './broadcasts.ts';

/**
 * Keeps what the person thinks of the reply, and shows it on every page. One that is being written is not rated yet.
 * @throws NotFound
 */
export async function rate(
  deps: Pick<Dependencies, 'db' | 'broadcaster'>,
  {
    userId,
    messageId,
    rating,
  }: { readonly userId: string; readonly messageId: string; readonly rating: Rating | null },
): Promise<Announced> {
  const { id, conversation_id } = await findOwnReply(deps.db, userId, messageId);
  const isChanged = await saveRating(deps.db, id, rating);
  const steps = isChanged ? await announceMessage(deps, id) : undefined;
  return { conversationId: conversation_id, messageId, steps };
}
