import type { Database } from '../database.ts';
import type { Conversation, MessageRow } from '../schema.ts';
import type { AnyTables } from './engine.ts';

/**
 * The index of words. Triggers keep it, so that nobody who writes a row has to remember it. In it are the titles of
 * conversations, and the messages that are not being written any more: a reply that grows costs nothing.
 */
export interface FullText {
  /** Makes the index of what is in the tables, and the triggers. */
  createIndex(db: AnyTables): Promise<void>;

  /** The person's conversations that are not deleted and have all the terms in their titles, the latest first. */
  findTitles(db: Database, wanted: Wanted): Promise<Hit[]>;

  /** The messages that have all the terms, on all branches, the newest first, and only a few of each conversation. */
  findTexts(db: Database, wanted: Wanted): Promise<Hit[]>;

  /** Takes the words of what was deleted out of the index, where they outlive it. Safe to be killed, and to run twice. */
  forgetDeleted(db: Database): Promise<void>;
}

export interface Wanted {
  readonly userId: string;
  /** At least one. */
  readonly terms: readonly Term[];
  readonly limit: number;
}

/** What is looked for in a text: words that follow each other there. */
export interface Term {
  readonly words: readonly string[];
  /** Whether the last of them may go on in the text. */
  readonly isPrefix: boolean;
}

/** A conversation whose title was found, or one of its messages whose text was. */
export interface Hit {
  readonly conversation_id: Conversation['id'];
  readonly title: Conversation['title'];
  readonly message_id: MessageRow['id'] | null;
  readonly content: MessageRow['content'] | null;
  /** When the message was made, or the conversation last used. */
  readonly at: number;
}

export const MOST_OF_A_CONVERSATION = 3;
/** So many are looked at for hits in other conversations than the newest. */
export const MOST_LOOKED_AT = 2000;
