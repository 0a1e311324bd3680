import type { Seen } from '../cable/difference.ts';
import type { ListedConversation } from '../models/conversation-list.ts';
import { renderPartial } from '../views.ts';
import { itemStep, type ShownList } from './list-steps.ts';

/** What stands at the head of a conversation's page: one thing, versioned as the conversation is. */
const HEADING: ShownList<ListedConversation> = {
  id: 'headings',
  itemId: ({ id }) => `heading_${id}`,
  draw: conversation => renderPartial('conversations/menu', { conversation }),
};

/** Brings the head of a conversation's page, in place of the older one that it shows. */
export function headingStep(conversation: ListedConversation): string {
  return itemStep(HEADING, conversation);
}

/** The same where the page says, among its messages, that it shows an older one. @returns also what it shows of messages */
export function headingCatchUp(
  conversation: ListedConversation,
  { list, versions }: Seen,
): { readonly heading: string; readonly seen: Seen } {
  const messages = new Map(versions);
  messages.delete(conversation.id);
  const isOlder = (versions.get(conversation.id) ?? conversation.version) < conversation.version;
  return { heading: isOlder ? headingStep(conversation) : '', seen: { list, versions: messages } };
}
