import type { Dependencies } from '../dependencies.ts';
import { findConversation } from '../models/conversation.ts';
import { markRead } from '../models/unread.ts';
import type { Announced } from './broadcasts.ts';
import { announceListed } from './list-broadcasts.ts';

type Deps = Pick<Dependencies, 'db' | 'broadcaster'>;

/**
 * The person has the conversation before their eyes: it is unread no longer.
 * @throws NotFound
 */
export async function readConversation(
  deps: Deps,
  { userId, conversationId }: { readonly userId: string; readonly conversationId: string },
): Promise<Announced> {
  const { unread_since } = await findConversation(deps.db, userId, conversationId);
  if (unread_since === null) return { conversationId, steps: undefined };
  return { conversationId, steps: await markReadAndAnnounce(deps, conversationId) };
}

/** Marks it as read where it is not, and says so. @returns the step, where it was unread */
export async function markReadAndAnnounce(deps: Deps, conversationId: string): Promise<string | undefined> {
  if (!(await markRead(deps.db, conversationId))) return undefined;
  return await announceListed(deps, conversationId);
}
