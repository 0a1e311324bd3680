import { wholeDifference } from '../cable/difference.ts';
import type { Dependencies } from '../dependencies.ts';
import { loadConversations } from '../models/conversation-list.ts';
import type { ListChange } from './conversation-list.ts';
import { conversationStep, conversationSteps, loadChangedConversations } from './conversation-steps.ts';

type Deps = Pick<Dependencies, 'db' | 'broadcaster'>;

/** The stream of everything that changes in the list of a person's conversations. */
export function conversationsStream(userId: string): string {
  return `conversations:${userId}`;
}

/** Announces that conversations came, went or moved. @returns the steps, for the answer to whoever caused it */
export async function announceList(deps: Deps, change: ListChange | undefined): Promise<string> {
  if (!change) return '';
  const changes = wholeDifference(change.before, change.after).filter(({ kind }) => kind !== 'caught_up');
  const html = conversationSteps(changes, await loadChangedConversations(deps.db, changes));
  await deps.broadcaster.publish(conversationsStream(change.userId), html);
  return html;
}

/** Announces what the list shows of a conversation, as its row is now. @returns the step, unless it is gone */
export async function announceConversation(deps: Deps, id: string): Promise<string | undefined> {
  const [conversation] = await loadConversations(deps.db, [id]);
  if (!conversation) return undefined;
  const html = conversationStep(conversation);
  await deps.broadcaster.publish(conversationsStream(conversation.user_id), html);
  return html;
}
