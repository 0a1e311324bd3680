import type { Dependencies } from '../dependencies.ts';
import { findConversation } from '../models/conversation.ts';
import { shelve } from '../models/shelving.ts';
import { inTurn } from '../models/transactions.ts';
import type { Announced } from './broadcasts.ts';
import { changeList } from './conversation-list.ts';
import { announceList } from './list-broadcasts.ts';

interface Shelving {
  readonly userId: string;
  readonly conversationId: string;
  readonly place: 'pinned_at' | 'archived_at';
  /** Whether it is to be there; otherwise it is taken back. */
  readonly isThere: boolean;
}

/** Pins or archives the person's conversation, or takes it back. One that is so already stays. @throws NotFound */
export async function shelveConversation(
  deps: Pick<Dependencies, 'db' | 'broadcaster'>,
  { userId, conversationId, place, isThere }: Shelving,
): Promise<Announced & { readonly title: string }> {
  const { title, list } = await inTurn(deps.db, { userId }, async trx => {
    const conversation = await findConversation(trx, userId, conversationId);
    const { title } = conversation;
    if ((conversation[place] !== null) === isThere) return { title, list: undefined };
    const deed = () => shelve(trx, conversationId, place, isThere);
    return { title, list: await changeList(trx, conversation, deed, conversationId) };
  });
  return { conversationId, title, steps: (await announceList(deps, list)) || undefined };
}
