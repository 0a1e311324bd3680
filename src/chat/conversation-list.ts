import { type Rows, type Seen, wholeDifference } from '../cable/difference.ts';
import { digestOfRows } from '../cable/digest.ts';
import type { Database } from '../database.ts';
import { makeNewest } from '../models/conversation.ts';
import {
  type ConversationVersion,
  countUpList,
  findListVersion,
  type ListedConversation,
  listConversations,
  listVersions,
} from '../models/conversation-list.ts';
import type { Conversation } from '../schema.ts';
import { conversationSteps } from './conversation-steps.ts';

/** The person's conversations as a page shows them: the pinned ones, then the newest others. */
export interface ConversationList {
  readonly version: number;
  readonly conversations: readonly ListedConversation[];
}

/** Reads the list; `trx` is one snapshot of the rows. */
export async function readConversationList(trx: Database, userId: string): Promise<ConversationList> {
  return {
    version: await findListVersion(trx, userId),
    conversations: await listConversations(trx, userId),
  };
}

/** The steps from what a page shows to the list, ending in the marker. */
export function listCatchUp({ version, conversations }: ConversationList, seen: Seen): string {
  return conversationSteps(wholeDifference(seen, { list: version, path: conversations }), conversations);
}

/** The same as long as the list and the versions of its conversations are. */
export function digestOfList({ version, conversations }: ConversationList): string {
  return digestOfRows({ list: version, path: conversations });
}

/** How a person's list changes with one of its conversations. */
export interface ListChange {
  readonly userId: string;
  readonly before: Seen;
  readonly after: Rows;
  /** The conversation whose page says otherwise now where it is kept. */
  readonly heading: string | undefined;
}

/** Moves the conversation to the top of its person's list, also out of the archive. */
export async function moveToTop(trx: Database, conversation: Conversation): Promise<ListChange> {
  const heading = conversation.archived_at === null ? undefined : conversation.id;
  return await changeList(trx, conversation, () => makeNewest(trx, conversation), heading);
}

/** Puts a conversation that was just made into its person's list, of which it is the newest. */
export async function addToTop(trx: Database, conversation: Conversation): Promise<ListChange> {
  const before = await listVersions(trx, conversation.user_id, conversation.id);
  return await changeFrom(trx, conversation, before);
}

/**
 * Does something that changes where a conversation stands in its person's list: all that follows from it, such as
 * which ones are the newest, comes out of the rows before and after.
 * @param heading the conversation, where its page is to say otherwise now where it is kept
 */
export async function changeList(
  trx: Database,
  conversation: Pick<Conversation, 'user_id'>,
  deed: () => Promise<void>,
  heading?: string,
): Promise<ListChange> {
  const before = await listVersions(trx, conversation.user_id);
  await deed();
  return await changeFrom(trx, conversation, before, heading);
}

async function changeFrom(
  trx: Database,
  { user_id: userId }: Pick<Conversation, 'user_id'>,
  before: readonly ConversationVersion[],
  heading?: string,
): Promise<ListChange> {
  const after = await listVersions(trx, userId);
  const isMoved = idsOf(before) !== idsOf(after);
  const list = isMoved ? await countUpList(trx, userId) : await findListVersion(trx, userId);
  return {
    userId,
    before: {
      list: isMoved ? list - 1 : list,
      versions: new Map(before.map(each => [each.id, each.version])),
    },
    after: { list, path: after },
    heading,
  };
}

function idsOf(conversations: readonly ConversationVersion[]): string {
  return conversations.map(({ id }) => id).join();
}
