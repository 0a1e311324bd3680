import { sql } from 'kysely';
import type { Database } from '../../database.ts';
import {
  type FullText,
  type Hit,
  MOST_LOOKED_AT,
  MOST_OF_A_CONVERSATION,
  type Term,
  type Wanted,
} from '../full-text.ts';
import { createIndex } from './search-index.ts';

/** The index as `tsvector`s, one for each title and message, by an inverted index. What is deleted leaves it at once. */
export const postgresFullText: FullText = {
  createIndex,
  findTitles,
  findTexts,
  forgetDeleted: async () => {},
};

async function findTitles(db: Database, wanted: Wanted): Promise<Hit[]> {
  const { rows } = await sql<Hit>`
    SELECT conversations.id AS conversation_id, title, NULL AS message_id, NULL AS content, updated_at AS at
    FROM search_entries JOIN conversations ON conversations.id = thing_id
    WHERE words @@ ${query('titles', wanted)} AND user_id = ${wanted.userId} AND deleted_at IS NULL
    ORDER BY updated_at DESC, conversations.id DESC LIMIT ${wanted.limit}`.execute(db);
  return rows;
}

/** The texts are read only of those few that are left at last. */
async function findTexts(db: Database, wanted: Wanted): Promise<Hit[]> {
  const { rows } = await sql<Hit>`
    WITH found AS MATERIALIZED (
      SELECT messages.id, conversation_id, title, messages.created_at
      FROM search_entries JOIN messages ON messages.id = thing_id
        JOIN conversations ON conversations.id = conversation_id
      WHERE words @@ ${query('messages', wanted)} AND user_id = ${wanted.userId} AND deleted_at IS NULL
      ORDER BY messages.created_at DESC, messages.id DESC LIMIT ${sql.lit(MOST_LOOKED_AT)}
    ),
    placed AS (
      SELECT *, row_number() OVER (PARTITION BY conversation_id ORDER BY created_at DESC, id DESC) AS place
      FROM found
    )
    SELECT placed.conversation_id, title, messages.id AS message_id, content, messages.created_at AS at
    FROM placed JOIN messages ON messages.id = placed.id
    WHERE place <= ${MOST_OF_A_CONVERSATION}
    ORDER BY messages.created_at DESC, messages.id DESC LIMIT ${wanted.limit}`.execute(db);
  return rows;
}

/** Whose they are is one more word: the index goes only through what the person has. */
function query(kind: 'titles' | 'messages', { userId, terms }: Wanted) {
  const wanted = terms.map(queryOf);
  return sql`(search_owner_query(${sql.lit(kind)}, ${userId}) && ${sql.join(wanted, sql` && `)})`;
}

function queryOf({ words, isPrefix }: Term) {
  return sql`search_term_query(${words.join(' ')}, ${sql.lit(isPrefix)})`;
}
