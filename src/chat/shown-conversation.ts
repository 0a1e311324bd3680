import { NEWEST_ITEMS } from '../cable/difference.ts';
import { digestOfRows } from '../cable/digest.ts';
import type { Database } from '../database.ts';
import { findConversation, showPath } from '../models/conversation.ts';
import { loadMessages, type Message } from '../models/message.ts';
import { findPath, type MessageVersion } from '../models/path.ts';
import { inSnapshot } from '../models/transactions.ts';
import type { Conversation, MessageRow } from '../schema.ts';

/** A conversation as a page shows it, read in one snapshot. */
export interface ShownConversation {
  readonly conversation: Conversation;
  /** The end of the shown path, oldest first. */
  readonly messages: readonly Message[];
  /** From which message on to show the path to see some more of it; `undefined` when all of it is shown. */
  readonly earlier: string | undefined;
  readonly digest: string;
}

/**
 * The person's conversation with its newest 40 messages, or those from the message `from` on; where that is gone, the
 * newest 80.
 * @throws NotFound
 */
export async function findShownConversation(
  db: Database,
  { userId, id, from }: { readonly userId: string; readonly id: string; readonly from?: string | undefined },
): Promise<ShownConversation> {
  return await inSnapshot(db, async trx => {
    const snapshot = await readPath(trx, await findConversation(trx, userId, id));
    const { conversation, path } = snapshot;
    const start = firstShown(path, from);
    return {
      conversation,
      messages: await loadMessages(
        trx,
        path.slice(start).map(message => message.id),
      ),
      earlier: start > 0 ? path[Math.max(0, start - NEWEST_ITEMS)]?.id : undefined,
      digest: digestOf(snapshot),
    };
  });
}

/** A conversation and the path that is shown of it, oldest first. */
export interface PathSnapshot {
  readonly conversation: Conversation;
  readonly path: readonly MessageVersion[];
}

export async function readPath(trx: Database, conversation: Conversation): Promise<PathSnapshot> {
  return { conversation, path: await findPath(trx, conversation.leaf_id) };
}

/**
 * Shows the path to `leaf`, or an empty one, in place of the one that is shown; whoever wrote it is the one to reply next.
 * @returns that path
 */
export async function showPathTo(
  trx: Database,
  conversation: Conversation,
  leaf: Pick<MessageRow, 'id' | 'bot_id'> | undefined,
): Promise<PathSnapshot> {
  const shown = { leafId: leaf?.id ?? null, botId: leaf?.bot_id ?? conversation.bot_id };
  return await readPath(trx, await showPath(trx, conversation.id, shown));
}

function firstShown(path: readonly MessageVersion[], from: string | undefined): number {
  const wanted = path.findIndex(({ id }) => id === from);
  if (wanted >= 0) return wanted;
  const pages = from ? 2 : 1; // whoever wants to see more does so, if the message is gone by then
  return Math.max(0, path.length - pages * NEWEST_ITEMS);
}

/** The same as long as the heading, the shown path and the versions of its messages are. */
export function digestOf({ conversation, path }: PathSnapshot): string {
  return digestOfRows({ list: conversation.list_version, path: [conversation, ...path] });
}
