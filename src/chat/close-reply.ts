import type { Database } from '../database.ts';
import type { Dependencies } from '../dependencies.ts';
import { inTurn } from '../models/transactions.ts';
import { markUnread } from '../models/unread.ts';
import type { Status } from '../schema.ts';
import { announceMessage } from './broadcasts.ts';
import { announceListed } from './list-broadcasts.ts';

/**
 * Closes a reply, but not as the person's wish: until somebody sees it, its conversation is unread.
 * @param close the write that closes it, and says what it is then, where it did
 * @returns the same
 */
export async function closeReply(
  deps: Pick<Dependencies, 'db' | 'broadcaster' | 'metrics'>,
  id: string,
  close: (trx: Database) => Promise<Status | undefined>,
): Promise<Status | undefined> {
  const closed = await inTurn(deps.db, { messageId: id }, async trx => {
    const status = await close(trx);
    return status && { status, newlyUnread: await markUnread(trx, id) };
  });
  if (!closed) return undefined;
  deps.metrics.replyEnded(closed.status);
  await announceMessage(deps, id);
  if (closed.newlyUnread) await announceListed(deps, closed.newlyUnread);
  return closed.status;
}
