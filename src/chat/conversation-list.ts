import { type Rows, type Seen, wholeDifference } from '../cable/difference.ts';
import { digestOfRows } from '../cable/digest.ts';
import type { Database } from '../database.ts';
import {
  countUpList,
  findListVersion,
  findTopAbove,
  type ListedConversation,
  listConversations,
  moveAbove,
} from '../models/conversation-list.ts';
import type { Conversation } from '../schema.ts';
import { conversationSteps } from './conversation-steps.ts';

/** The person's conversations as a page shows them, newest first. */
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

/** How a person's list changes: of its conversations only those that tell where. */
export interface ListChange {
  readonly userId: string;
  readonly before: Seen;
  readonly after: Rows;
}

/** Moves the conversation to the top of its person's list. @returns `undefined` when it is there already */
export async function moveToTop(trx: Database, conversation: Conversation): Promise<ListChange | undefined> {
  const top = await findTopAbove(trx, conversation);
  if (!top) return undefined;
  await moveAbove(trx, conversation.id, top.updated_at);
  return await change(trx, conversation, [top, conversation], [conversation, top]);
}

/** Puts a conversation that was just made on top of its person's list. */
export async function addToTop(trx: Database, conversation: Conversation): Promise<ListChange> {
  const top = await findTopAbove(trx, conversation);
  if (top) await moveAbove(trx, conversation.id, top.updated_at);
  return await change(trx, conversation, [], [conversation]);
}

/** Takes a conversation that was just deleted off its person's list. */
export async function takeOff(trx: Database, conversation: Conversation): Promise<ListChange> {
  return await change(trx, conversation, [conversation], []);
}

/** What moves is drawn as it is when it is announced, so the versions of the conversations do not matter here. */
async function change(
  trx: Database,
  { user_id: userId }: Conversation,
  before: readonly Pick<Conversation, 'id'>[],
  after: readonly Pick<Conversation, 'id'>[],
): Promise<ListChange> {
  const version = await countUpList(trx, userId);
  return {
    userId,
    before: { list: version - 1, versions: new Map(before.map(({ id }) => [id, 0])) },
    after: { list: version, path: after.map(({ id }) => ({ id, version: 0 })) },
  };
}
