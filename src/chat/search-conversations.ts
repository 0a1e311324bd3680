import type { Hit, Term } from '../database/full-text.ts';
import type { Dependencies } from '../dependencies.ts';
import { search } from '../models/search.ts';
import { readTerms } from '../models/search-terms.ts';
import { excerpt, markHits, type Part } from './excerpt.ts';

/** A conversation that was found by its title, or by messages of it. */
export interface FoundConversation {
  readonly href: string;
  readonly title: readonly Part[];
  readonly at: number;
  readonly messages: readonly FoundMessage[];
}

export interface FoundMessage {
  readonly href: string;
  readonly excerpt: readonly Part[];
  readonly at: number;
}

export interface Results {
  /** What was looked for; empty when nothing was. */
  readonly query: string;
  readonly conversations: readonly FoundConversation[];
  readonly count: number;
  /** Whether there may be more of them. */
  readonly isCut: boolean;
}

const MOST_RESULTS = 30;

/** Looks for what somebody typed in their own conversations. */
export async function searchConversations(
  { db }: Pick<Dependencies, 'db'>,
  { userId, typed }: { readonly userId: string; readonly typed: string },
): Promise<Results> {
  const terms = readTerms(typed);
  const hits = await search(db, userId, terms, MOST_RESULTS);
  const byConversation = Map.groupBy(hits, hit => hit.conversation_id);
  return {
    query: typed.trim(),
    conversations: [...byConversation.values()].flatMap(hits => found(hits, terms)),
    count: hits.length,
    isCut: hits.length === MOST_RESULTS,
  };
}

/** What was found of one conversation. */
function found(hits: readonly Hit[], terms: readonly Term[]): FoundConversation[] {
  return hits.slice(0, 1).map(({ conversation_id, title, at }) => ({
    href: `/conversations/${conversation_id}`,
    title: markHits(title, terms),
    at,
    messages: hits.flatMap(hit => foundMessage(hit, terms)),
  }));
}

function foundMessage({ message_id, content, at }: Hit, terms: readonly Term[]): FoundMessage[] {
  if (message_id === null || content === null) return [];
  return [{ href: `/messages/${message_id}`, excerpt: excerpt(content, terms), at }];
}
