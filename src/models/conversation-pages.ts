import type { Database } from '../database.ts';
import type { Conversation } from '../schema.ts';
import { LISTED, type ListedConversation, newestFirst } from './conversation-list.ts';

/** Which part of all the person's conversations: those in the archive, or the others. */
export type Shelf = 'archive' | 'list';

const PAGE = 100;

/** Where a conversation stood in time when it was shown, whatever became of it since. */
type Place = Pick<Conversation, 'id' | 'updated_at'>;

/** A page of a shelf, newest first. `older` is where the next one begins, as `before`. */
export async function pageOfConversations(
  db: Database,
  userId: string,
  { shelf, before = '' }: { readonly shelf: Shelf; readonly before?: string | undefined },
): Promise<{ readonly conversations: readonly ListedConversation[]; readonly older: string | undefined }> {
  const last = readPlace(before);
  const found = await newestFirst(db, userId)
    .where('archived_at', shelf === 'archive' ? 'is not' : 'is', null)
    .$if(last !== undefined, query =>
      query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('updated_at', 'id'), '<', tuple(last?.updated_at ?? 0, last?.id ?? '')),
      ),
    )
    .select(LISTED)
    .limit(PAGE + 1)
    .execute();
  const conversations = found.slice(0, PAGE);
  const end = found.length > PAGE ? conversations.at(-1) : undefined;
  return { conversations, older: end && nameOf(end) };
}

function nameOf({ updated_at, id }: Place): string {
  return `${updated_at}-${id}`;
}

function readPlace(name: string): Place | undefined {
  const [, time, id] = /^(\d{1,15})-([0-9a-f-]{36})$/.exec(name) ?? [];
  return id === undefined ? undefined : { updated_at: Number(time), id };
}
