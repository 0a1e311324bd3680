import type { Database } from '../database.ts';
import type { Dependencies } from '../dependencies.ts';
import { inTurn } from '../models/transactions.ts';
import { markUnread } from '../models/unread.ts';
import { announceMessage } from './broadcasts.ts';
import { announceListed } from './list-broadcasts.ts';

/**
 * Closes a reply, but not as the person's wish: until somebody sees it, its conversation is unread.
 * @param close the write that closes it, and says whether it did
 */
export async function closeReply(
  deps: Pick<Dependencies, 'db' | 'broadcaster'>,
  id: string,
  close: (trx: Database) => Promise<boolean>,
): Promise<void> {
  const closed = await inTurn(
    deps.db,
    { messageId: id },
    async trx => (await close(trx)) && { newlyUnread: await markUnread(trx, id) },
  );
  if (!closed) return;
  await announceMessage(deps, id);
  if (closed.newlyUnread) await announceListed(deps, closed.newlyUnread);
}
