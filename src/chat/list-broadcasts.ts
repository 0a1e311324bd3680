import { CATCH_UP } from '../cable/dialects.ts';
import { wholeDifference } from '../cable/difference.ts';
import type { Dependencies } from '../dependencies.ts';
import { type ListedConversation, listVersions, loadConversations } from '../models/conversation-list.ts';
import { conversationStream } from './broadcasts.ts';
import type { ListChange } from './conversation-list.ts';
import { conversationStep, conversationSteps, loadChangedConversations } from './conversation-steps.ts';
import { headingStep } from './heading-step.ts';

type Deps = Pick<Dependencies, 'db' | 'broadcaster'>;

/** The stream of everything that changes in the list of a person's conversations. */
export function conversationsStream(userId: string): string {
  return `conversations:${userId}`;
}

/** Announces that conversations came, went, moved or changed. @returns the steps, for the answer to whoever caused it */
export async function announceList(deps: Deps, change: ListChange | undefined): Promise<string> {
  if (!change) return '';
  const changes = wholeDifference(change.before, change.after).filter(({ kind }) => kind !== 'caught_up');
  const html = conversationSteps(changes, await loadChangedConversations(deps.db, changes));
  if (html) await deps.broadcaster.publish(conversationsStream(change.userId), html);
  const [conversation] = await loadConversations(deps.db, change.heading ? [change.heading] : []);
  return html + (conversation ? await publishHeading(deps, conversation) : '');
}

/** Tells all pages of the person to look for themselves: each has the list. */
export async function askToCatchUp(
  { broadcaster }: Pick<Dependencies, 'broadcaster'>,
  userId: string,
): Promise<void> {
  await broadcaster.publish(conversationsStream(userId), CATCH_UP);
}

/**
 * Announces what is shown of a conversation in the list and at the head of its page, as its row is now.
 * @returns the steps, unless it is gone
 */
export async function announceConversation(deps: Deps, id: string): Promise<string | undefined> {
  const [conversation] = await loadConversations(deps.db, [id]);
  return conversation && (await publishItem(deps, conversation)) + (await publishHeading(deps, conversation));
}

/** The same for the list alone. @returns nothing where the list does not have it */
export async function announceListed(deps: Deps, id: string): Promise<string | undefined> {
  const [conversation] = await loadConversations(deps.db, [id]);
  return conversation && (await publishItem(deps, conversation));
}

/** What is in the archive, or older than the list goes back, is on no page. */
async function publishItem({ db, broadcaster }: Deps, conversation: ListedConversation): Promise<string> {
  const listed = await listVersions(db, conversation.user_id);
  if (!listed.some(({ id }) => id === conversation.id)) return '';
  const html = conversationStep(conversation);
  await broadcaster.publish(conversationsStream(conversation.user_id), html);
  return html;
}

async function publishHeading({ broadcaster }: Deps, conversation: ListedConversation): Promise<string> {
  const html = headingStep(conversation);
  await broadcaster.publish(conversationStream(conversation.id), html);
  return html;
}
