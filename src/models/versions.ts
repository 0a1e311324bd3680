import type { Database } from '../database.ts';
import type { MessageRow } from '../schema.ts';

/** Which of its versions a message is: they have the same parent, and only one of them is on the shown path. */
export interface Versions {
  /** Counted from 1, the oldest. */
  readonly place: number;
  readonly count: number;
  readonly previous: string | undefined;
  readonly next: string | undefined;
}

type Sibling = Pick<MessageRow, 'id' | 'conversation_id' | 'parent_id'>;

/** These messages, each with its versions. */
export async function withVersions<Row extends Sibling>(
  db: Database,
  messages: readonly Row[],
): Promise<(Row & { readonly versions: Versions })[]> {
  const siblings = Map.groupBy(await findSiblings(db, messages), familyOf);
  return messages.map(message => {
    const family = siblings.get(familyOf(message)) ?? [message];
    return { ...message, versions: versionsAmong(family, message) };
  });
}

/** These messages and all their siblings, oldest first. */
async function findSiblings(db: Database, messages: readonly Sibling[]): Promise<Sibling[]> {
  const parents = messages.flatMap(({ parent_id }) => parent_id ?? []);
  const conversations = messages.flatMap(message => (message.parent_id ? [] : message.conversation_id));
  return await db
    .selectFrom('messages')
    .where(({ or, and, eb }) =>
      or([
        ...(parents.length > 0 ? [eb('parent_id', 'in', parents)] : []),
        ...(conversations.length > 0
          ? [and([eb('conversation_id', 'in', conversations), eb('parent_id', 'is', null)])]
          : []),
      ]),
    )
    .select(['id', 'conversation_id', 'parent_id'])
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

/** The first messages of a conversation have no parent but the conversation. */
function familyOf({ parent_id, conversation_id }: Sibling): string {
  return parent_id ?? conversation_id;
}

function versionsAmong(siblings: readonly Sibling[], { id }: Sibling): Versions {
  const index = siblings.findIndex(sibling => sibling.id === id);
  return {
    place: index + 1,
    count: siblings.length,
    previous: siblings[index - 1]?.id,
    next: siblings[index + 1]?.id,
  };
}

/** Counts up the versions of a message's siblings when it comes or goes: each of them shows how many they are. */
export async function touchSiblings(
  db: Database,
  { id, conversation_id, parent_id }: Sibling,
): Promise<void> {
  await db
    .updateTable('messages')
    .set(({ eb }) => ({ version: eb('version', '+', 1) }))
    .where('conversation_id', '=', conversation_id)
    .where('parent_id', parent_id === null ? 'is' : '=', parent_id)
    .where('id', '!=', id)
    .execute();
}
