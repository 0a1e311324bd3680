import { difference } from '../cable/difference.ts';
import type { Dependencies } from '../dependencies.ts';
import { findMessage } from '../models/message.ts';
import { turboStream } from '../turbo/turbo-stream.ts';
import { loadChanged, messageStep, messageSteps, type Progress, progressSteps } from './message-steps.ts';
import type { PathSnapshot } from './shown-conversation.ts';

type Deps = Pick<Dependencies, 'db' | 'broadcaster'>;

/** What was done, and what the pages were told of it. */
export interface Announced {
  readonly conversationId: string;
  /** Where in it whoever caused it was. */
  readonly messageId?: string | undefined;
  /** Turbo-stream HTML, for the answer to whoever caused it; `undefined` when nothing changed. */
  readonly steps: string | undefined;
}

/** The stream of everything that changes in a conversation. */
export function conversationStream(conversationId: string): string {
  return `conversation:${conversationId}`;
}

/** @returns the id of the conversation whose stream this is, or `undefined` when it is another one */
export function streamedConversation(stream: string): string | undefined {
  return /^conversation:([0-9a-f-]{36})$/.exec(stream)?.[1];
}

/**
 * Announces that the messages that are shown are not what they were before.
 * @returns the steps, for the answer to whoever caused it; none where nothing is to be seen of it
 */
export async function announcePath(deps: Deps, before: PathSnapshot, after: PathSnapshot): Promise<string> {
  const changes = difference(
    {
      list: before.conversation.list_version,
      versions: new Map(before.path.map(({ id, version }) => [id, version])),
    },
    { list: after.conversation.list_version, path: after.path },
  );
  const steps = changes.filter(change => change.kind !== 'caught_up');
  if (steps.length === 0) return '';
  const html = messageSteps(steps, await loadChanged(deps.db, steps));
  await deps.broadcaster.publish(conversationStream(after.conversation.id), html);
  return html;
}

/** Announces a message as its row is now. @returns the step, unless the message is gone */
export async function announceMessage(deps: Deps, id: string): Promise<string | undefined> {
  const message = await findMessage(deps.db, id);
  if (!message) return undefined;
  const html = messageStep(message);
  await deps.broadcaster.publish(conversationStream(message.conversation_id), html);
  return html;
}

/** Announces what a batch added to a reply. */
export async function announceProgress(
  deps: Pick<Dependencies, 'broadcaster'>,
  reply: { readonly id: string; readonly conversation_id: string },
  progress: Progress,
): Promise<void> {
  await deps.broadcaster.publish(conversationStream(reply.conversation_id), progressSteps(reply, progress));
}

/** Tells the pages of a conversation that is gone to look for themselves. */
export async function announceDeletion(
  deps: Pick<Dependencies, 'broadcaster'>,
  conversationId: string,
): Promise<void> {
  await deps.broadcaster.publish(conversationStream(conversationId), turboStream({ action: 'catch_up' }));
}

/** The channel on which the writer of a reply hears that it is to stop. */
export function stopSignal(messageId: string): string {
  return `stop:${messageId}`;
}
