import type { Database } from '../database.ts';
import type { Dependencies } from '../dependencies.ts';
import { findConversation } from '../models/conversation.ts';
import { findOwnMessage } from '../models/message.ts';
import { findNewestLeaf } from '../models/path.ts';
import { inTurn } from '../models/transactions.ts';
import type { MessageRow } from '../schema.ts';
import { refuseWhileOpen } from './ask.ts';
import { type Announced, announcePath } from './broadcasts.ts';
import { readPath, showPathTo } from './shown-conversation.ts';

/**
 * Shows the person's message in place of its sibling, and what came after it last. One that is shown already stays.
 * @throws NotFound, Conflict
 */
export async function selectVersion(
  deps: Pick<Dependencies, 'db' | 'broadcaster'>,
  { userId, messageId }: { readonly userId: string; readonly messageId: string },
): Promise<Announced> {
  const { conversationId, shown } = await inTurn(deps.db, { userId }, async trx => {
    const message = await findOwnMessage(trx, userId, messageId);
    return { conversationId: message.conversation_id, shown: await showNewestPath(trx, userId, message) };
  });
  return { conversationId, messageId, steps: shown && (await announcePath(deps, shown.before, shown.after)) };
}

/** @returns `undefined` when the message is on the shown path */
async function showNewestPath(trx: Database, userId: string, { id, conversation_id }: MessageRow) {
  const conversation = await findConversation(trx, userId, conversation_id);
  const before = await readPath(trx, conversation);
  if (before.path.some(message => message.id === id)) return undefined;

  await refuseWhileOpen(trx, conversation_id);
  return { before, after: await showPathTo(trx, conversation, await findNewestLeaf(trx, id)) };
}
