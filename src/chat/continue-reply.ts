import type { Database } from '../database.ts';
import type { Dependencies } from '../dependencies.ts';
import { Invalid } from '../errors.ts';
import { findBot } from '../models/bot.ts';
import { findConversation } from '../models/conversation.ts';
import { findOwnReply } from '../models/message.ts';
import { reopenReply } from '../models/reply.ts';
import { inTurn } from '../models/transactions.ts';
import type { MessageRow } from '../schema.ts';
import { refuseWhileOpen } from './ask.ts';
import { type Announced, announceMessage } from './broadcasts.ts';
import { moveToTop } from './conversation-list.ts';
import { haveWritten } from './have-written.ts';
import { announceList } from './list-broadcasts.ts';

/**
 * Has the person's last reply gone on with where its text ends, after it was stopped, interrupted or cut short.
 * @throws NotFound, Conflict, Invalid, and Gone when its bot was deleted
 */
export async function continueReply(
  deps: Pick<Dependencies, 'db' | 'broadcaster' | 'queue' | 'log'>,
  { userId, messageId }: { readonly userId: string; readonly messageId: string },
): Promise<Announced> {
  const { reply, attempt, list } = await inTurn(deps.db, { userId }, async trx => {
    const reply = await findOwnReply(trx, userId, messageId);
    await refuseWhileOpen(trx, reply.conversation_id);
    return { reply, ...(await reopen(trx, userId, reply)) };
  });
  const steps = ((await announceMessage(deps, messageId)) ?? '') + (await announceList(deps, list));
  const { conversation_id: conversationId } = reply;
  await haveWritten(deps, { ...attempt, conversationId, by: 'continuation' });
  return { conversationId, steps };
}

async function reopen(trx: Database, userId: string, { id, conversation_id, bot_id }: MessageRow) {
  const conversation = await findConversation(trx, userId, conversation_id);
  if (conversation.leaf_id !== id) throw new Invalid('Only the last reply can be continued.');
  await findBot(trx, userId, bot_id ?? '');
  const attempt = await reopenReply(trx, id);
  if (!attempt) throw new Invalid('There is nothing to continue: this reply is complete, or has no text.');
  return { attempt, list: await moveToTop(trx, conversation) };
}
