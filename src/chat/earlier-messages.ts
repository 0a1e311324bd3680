import { NEWEST_ITEMS } from '../cable/difference.ts';
import type { Database } from '../database.ts';
import { findConversation } from '../models/conversation.ts';
import { loadMessages, type Message } from '../models/message.ts';
import { inSnapshot } from '../models/transactions.ts';
import type { Conversation } from '../schema.ts';
import { type TurboStream, turboStream } from '../turbo/turbo-stream.ts';
import { renderPartial } from '../views.ts';
import { readPath } from './shown-conversation.ts';

interface Wanted {
  readonly userId: string;
  readonly conversationId: string;
  /** The oldest message that the page shows, if it shows any. */
  readonly before: string | undefined;
}

/**
 * Brings a page the 40 messages before the oldest that it shows, or the newest where it shows none, and then lets it catch
 * up. The steps lead from a version
 * of the list to the same one, for nothing changes but how much of it is shown: they fit a page that shows that version.
 * @throws NotFound
 */
export async function earlierMessageSteps(db: Database, wanted: Wanted): Promise<string> {
  const found = await inSnapshot(db, trx => findEarlier(trx, wanted));
  return [...(found ? steps(found) : []), turboStream({ action: 'catch_up' })].join('');
}

interface Earlier {
  readonly conversation: Conversation;
  readonly messages: readonly Message[];
  /** Where the next ones begin; `undefined` when these are the first. */
  readonly earlier: string | undefined;
}

/** @returns `undefined` when the page shows another path */
async function findEarlier(trx: Database, wanted: Wanted): Promise<Earlier | undefined> {
  const shown = await findConversation(trx, wanted.userId, wanted.conversationId);
  const { conversation, path } = await readPath(trx, shown);
  const end = wanted.before ? path.findIndex(({ id }) => id === wanted.before) : path.length;
  if (end < 0) return undefined;
  const start = Math.max(0, end - NEWEST_ITEMS);
  return {
    conversation,
    messages: await loadMessages(
      trx,
      path.slice(start, end).map(({ id }) => id),
    ),
    earlier: start > 0 ? path[Math.max(0, start - NEWEST_ITEMS)]?.id : undefined,
  };
}

function steps(found: Earlier): string[] {
  const version = found.conversation.list_version;
  const step = { of: 'messages', from: version, version };
  const html = found.messages.map(message => renderPartial('messages/message', { message })).join('');
  return [
    turboStream({ action: 'prepend', target: 'messages', step, html }),
    turboStream({ ...linkChange(found), step }),
  ];
}

function linkChange(found: Earlier): TurboStream {
  const target = 'earlier';
  if (!found.earlier) return { action: 'remove', target };
  const html = renderPartial('conversations/earlier', found);
  return { action: 'replace', target, method: 'morph', html };
}
