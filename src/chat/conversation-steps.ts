import type { Change } from '../cable/difference.ts';
import type { Database } from '../database.ts';
import { type ListedConversation, loadConversations } from '../models/conversation-list.ts';
import { renderPartial } from '../views.ts';
import { drawnIds, itemStep, type ShownList, stepsOf } from './list-steps.ts';

const CONVERSATIONS: ShownList<ListedConversation> = {
  id: 'conversations',
  itemId: ({ id }) => `conversation_${id}`,
  draw: conversation => renderPartial('conversations/item', { conversation }),
};

/** Brings a conversation's item in the list, in place of the older one that a page shows. */
export function conversationStep(conversation: ListedConversation): string {
  return itemStep(CONVERSATIONS, conversation);
}

/** The conversations that are drawn for these changes. */
export async function loadChangedConversations(
  db: Database,
  changes: readonly Change[],
): Promise<ListedConversation[]> {
  return await loadConversations(db, changes.flatMap(drawnIds));
}

/** Turns changes of the list of conversations into steps; `conversations` holds those that are drawn. */
export function conversationSteps(
  changes: readonly Change[],
  conversations: readonly ListedConversation[],
): string {
  return stepsOf(CONVERSATIONS, changes, conversations);
}
