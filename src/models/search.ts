import { sql } from 'kysely';
import type { Database } from '../database.ts';
import type { Conversation, MessageRow } from '../schema.ts';
import type { Term } from './search-terms.ts';

/** A conversation whose title was found, or one of its messages whose text was. */
export interface Hit {
  readonly conversation_id: Conversation['id'];
  readonly title: Conversation['title'];
  readonly message_id: MessageRow['id'] | null;
  readonly content: MessageRow['content'] | null;
  /** When the message was made, or the conversation last used. */
  readonly at: number;
}

const MOST_TITLES = 10;
const MOST_OF_A_CONVERSATION = 3;
/** So many are looked at for hits in other conversations than the newest. */
const MOST_LOOKED_AT = 2000;

/**
 * Finds the terms in the person's conversations that are not deleted: first by their titles, the latest first, then by
 * the texts of their messages on all branches, the newest first.
 */
export async function search(
  db: Database,
  userId: string,
  terms: readonly Term[],
  limit: number,
): Promise<Hit[]> {
  if (terms.length === 0) return [];
  const titles = await findTitles(db, expression(userId, 'title', terms), Math.min(limit, MOST_TITLES));
  const messages = await findTexts(db, expression(userId, 'content', terms), limit - titles.length);
  return [...titles, ...messages];
}

async function findTitles(db: Database, match: string, limit: number): Promise<Hit[]> {
  const { rows } = await sql<Hit>`
    WITH found AS MATERIALIZED (${newestMatches(match)})
    SELECT conversations.id AS conversation_id, title, NULL AS message_id, NULL AS content, updated_at AS at
    FROM found JOIN search_entries ON search_entries.id = found.id JOIN conversations ON conversations.id = thing_id
    WHERE deleted_at IS NULL
    ORDER BY updated_at DESC, conversations.id DESC LIMIT ${limit}`.execute(db);
  return rows;
}

/** The texts are read only of those few that are left at last. */
async function findTexts(db: Database, match: string, limit: number): Promise<Hit[]> {
  const { rows } = await sql<Hit>`
    WITH found AS MATERIALIZED (${newestMatches(match)}),
    placed AS (
      SELECT found.id, thing_id, title, conversation_id,
        row_number() OVER (PARTITION BY conversation_id ORDER BY found.id DESC) AS place
      FROM found JOIN search_entries ON search_entries.id = found.id
        JOIN messages ON messages.id = thing_id JOIN conversations ON conversations.id = conversation_id
      WHERE deleted_at IS NULL
    )
    SELECT placed.conversation_id, title, messages.id AS message_id, content, created_at AS at
    FROM placed JOIN messages ON messages.id = thing_id
    WHERE place <= ${MOST_OF_A_CONVERSATION}
    ORDER BY placed.id DESC LIMIT ${limit}`.execute(db);
  return rows;
}

function newestMatches(match: string) {
  return sql`SELECT rowid AS id FROM search_index WHERE search_index MATCH ${match}
    ORDER BY rowid DESC LIMIT ${sql.lit(MOST_LOOKED_AT)}`;
}

/** In the language of FTS5. Words have nothing in them that would mean something there, once they are quoted. */
function expression(userId: string, column: 'title' | 'content', terms: readonly Term[]): string {
  const quoted = terms.map(({ words, isPrefix }) => `"${words.join(' ')}"${isPrefix ? '*' : ''}`);
  return `owner : "${userId.replaceAll('-', '')}" AND ${column} : (${quoted.join(' ')})`;
}
