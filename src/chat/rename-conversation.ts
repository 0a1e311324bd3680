import type { Dependencies } from '../dependencies.ts';
import { Invalid } from '../errors.ts';
import { findConversation, renameConversation as renameRow } from '../models/conversation.ts';
import type { Announced } from './broadcasts.ts';
import { announceConversation } from './list-broadcasts.ts';

/** In characters as people count them, more or less: code points. */
export const MAX_TITLE_CHARACTERS = 100;

/**
 * Gives the person's conversation another title, on one line and without blanks around it.
 * @throws NotFound, Invalid
 */
export async function renameConversation(
  deps: Pick<Dependencies, 'db' | 'broadcaster'>,
  renaming: { readonly userId: string; readonly conversationId: string; readonly title: string },
): Promise<Announced> {
  const { userId, conversationId } = renaming;
  const { title: before } = await findConversation(deps.db, userId, conversationId);
  const title = cleanTitle(renaming.title);
  if (title === before) return { conversationId, steps: undefined };
  await renameRow(deps.db, conversationId, title);
  return { conversationId, steps: await announceConversation(deps, conversationId) };
}

function cleanTitle(text: string): string {
  const title = text.toWellFormed().replaceAll('\0', '').replace(/\s+/g, ' ').trim();
  if (!title) throw new Invalid('A conversation needs a title.');
  if ([...title].length > MAX_TITLE_CHARACTERS)
    throw new Invalid(`A title has at most ${MAX_TITLE_CHARACTERS} characters. Shorten it a little.`);
  return title;
}
