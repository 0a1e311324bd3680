import { sql } from 'kysely';
import type { Database } from '../../database.ts';
import {
  type FullText,
  type Hit,
  MOST_LOOKED_AT,
  MOST_OF_A_CONVERSATION,
  type Wanted,
} from '../full-text.ts';
import { createIndex } from './search-index.ts';
import { forgetDeleted } from './search-remains.ts';

/** The index in FTS5, of which SQLite reads the newest entries first. */
export const sqliteFullText: FullText = { createIndex, findTitles, findTexts, forgetDeleted };

async function findTitles(db: Database, wanted: Wanted): Promise<Hit[]> {
  const { rows } = await sql<Hit>`
    WITH found AS MATERIALIZED (${newestMatches('title', wanted)})
    SELECT conversations.id AS conversation_id, title, NULL AS message_id, NULL AS content, updated_at AS at
    FROM found JOIN search_entries ON search_entries.id = found.id JOIN conversations ON conversations.id = thing_id
    WHERE deleted_at IS NULL
    ORDER BY updated_at DESC, conversations.id DESC LIMIT ${wanted.limit}`.execute(db);
  return rows;
}

/** The texts are read only of those few that are left at last. */
async function findTexts(db: Database, wanted: Wanted): Promise<Hit[]> {
  const { rows } = await sql<Hit>`
    WITH found AS MATERIALIZED (${newestMatches('content', wanted)}),
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
    ORDER BY placed.id DESC LIMIT ${wanted.limit}`.execute(db);
  return rows;
}

function newestMatches(column: 'title' | 'content', wanted: Wanted) {
  return sql`SELECT rowid AS id FROM search_index WHERE search_index MATCH ${expression(column, wanted)}
    ORDER BY rowid DESC LIMIT ${sql.lit(MOST_LOOKED_AT)}`;
}

/** In the language of FTS5. Words have nothing in them that would mean something there, once they are quoted. */
function expression(column: 'title' | 'content', { userId, terms }: Wanted): string {
  const quoted = terms.map(({ words, isPrefix }) => `"${words.join(' ')}"${isPrefix ? '*' : ''}`);
  return `owner : "${userId.replaceAll('-', '')}" AND ${column} : (${quoted.join(' ')})`;
}
