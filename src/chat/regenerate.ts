import { randomUUIDv7 } from 'node:crypto';
import type { Database } from '../database.ts';
import type { Dependencies } from '../dependencies.ts';
import { findBot } from '../models/bot.ts';
import { findConversation } from '../models/conversation.ts';
import { findOwnReply, insertReply } from '../models/message.ts';
import { inTurn } from '../models/transactions.ts';
import { touchSiblings } from '../models/versions.ts';
import type { MessageRow } from '../schema.ts';
import { refuseWhileOpen } from './ask.ts';
import { type Announced, announcePath } from './broadcasts.ts';
import { moveToTop } from './conversation-list.ts';
import { haveWritten } from './have-written.ts';
import { announceList } from './list-broadcasts.ts';
import { readPath, showPathTo } from './shown-conversation.ts';

export interface Regeneration {
  readonly userId: string;
  readonly messageId: string;
  /** Who is to write it, and with which model; `null`: with the bot's own. What is left out is as it was. */
  readonly botId?: string | undefined;
  readonly model?: string | null | undefined;
}

/**
 * Has the person's reply written anew, as a sibling that is shown in its place. The first one is kept.
 * @throws NotFound, Conflict, Gone
 */
export async function regenerate(
  deps: Pick<Dependencies, 'db' | 'broadcaster' | 'queue' | 'log'>,
  { userId, messageId, botId, model }: Regeneration,
): Promise<Announced> {
  const { before, after, list, sibling } = await inTurn(deps.db, { userId }, async trx => {
    const reply = await findOwnReply(trx, userId, messageId);
    await refuseWhileOpen(trx, reply.conversation_id);
    const { id: bot_id } = await findBot(trx, userId, botId ?? reply.bot_id ?? '');
    const wanted_model = model === undefined ? reply.wanted_model : model;
    return await insertSibling(trx, userId, { ...reply, bot_id, wanted_model });
  });
  const steps = (await announcePath(deps, before, after)) + (await announceList(deps, list));
  const { id, attempt, conversation_id: conversationId } = sibling;
  await haveWritten(deps, { messageId: id, attempt, conversationId, by: 'regeneration' });
  return { conversationId, steps };
}

async function insertSibling(trx: Database, userId: string, reply: MessageRow) {
  const conversation = await findConversation(trx, userId, reply.conversation_id);
  const before = await readPath(trx, conversation);
  const { conversation_id, parent_id, bot_id, wanted_model } = reply;
  const written = { conversation_id, parent_id, bot_id, wanted_model };
  const sibling = await insertReply(trx, { id: randomUUIDv7(), ...written });
  await touchSiblings(trx, sibling);
  const list = await moveToTop(trx, conversation);
  return { sibling, list, before, after: await showPathTo(trx, conversation, sibling) };
}
