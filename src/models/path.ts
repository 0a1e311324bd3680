import { sql } from 'kysely';
import type { Database } from '../database.ts';
import type { MessageRow } from '../schema.ts';

/** What a page needs to know of a message to tell whether it shows it as it is. */
export type MessageVersion = Pick<MessageRow, 'id' | 'version'>;

/** The way from the first message to `leafId`, in that order: a message comes after its parent, whatever the ids and clocks say. */
export async function findPath(db: Database, leafId: string | null): Promise<MessageVersion[]> {
  const { rows } = await sql<MessageVersion>`
    WITH RECURSIVE path (id, parent_id, version, depth) AS (
      SELECT id, parent_id, version, 0 FROM messages WHERE id = ${leafId}
      UNION ALL
      SELECT messages.id, messages.parent_id, messages.version, path.depth + 1
      FROM messages JOIN path ON messages.id = path.parent_id
    )
    SELECT id, version FROM path ORDER BY depth DESC`.execute(db);
  return rows;
}

/** What was said in a message, and whether anything was before it. */
export type Said = Pick<MessageRow, 'id' | 'parent_id' | 'role' | 'content'>;

/** The end of the way to `leafId`, oldest first: all of it, or the first messages from the end that have more than `length` characters. */
export async function loadSaid(db: Database, leafId: string | null, length: number): Promise<Said[]> {
  const { rows } = await sql<Said>`
    WITH RECURSIVE path (id, parent_id, length, depth) AS (
      SELECT id, parent_id, length(content), 0 FROM messages WHERE id = ${leafId}
      UNION ALL
      SELECT messages.id, messages.parent_id, path.length + length(messages.content), path.depth + 1
      FROM messages JOIN path ON messages.id = path.parent_id
      WHERE path.length <= ${length}
    )
    SELECT messages.id, messages.parent_id, messages.role, messages.content
    FROM path JOIN messages ON messages.id = path.id ORDER BY path.depth DESC`.execute(db);
  return rows;
}

/** The last message of the path that goes by way of this one and then, each time, to the child that was made last. */
export async function findNewestLeaf(db: Database, id: string): Promise<MessageRow> {
  return await db
    .selectFrom('messages')
    .where(
      'id',
      '=',
      sql<string>`(
        WITH RECURSIVE path (id, depth) AS (
          SELECT ${id}, 0
          UNION ALL
          SELECT messages.id, path.depth + 1
          FROM path JOIN messages ON messages.id = (
            SELECT child.id FROM messages AS child WHERE child.parent_id = path.id
            ORDER BY child.created_at DESC, child.id DESC LIMIT 1
          )
        )
        SELECT id FROM path ORDER BY depth DESC LIMIT 1)`,
    )
    .selectAll()
    .executeTakeFirstOrThrow();
}

/** The same from the place below a message, or below none: from the child there that was made last; `undefined` without one. */
export async function findNewestLeafBelow(
  db: Database,
  { conversation_id, parent_id }: Pick<MessageRow, 'conversation_id' | 'parent_id'>,
): Promise<MessageRow | undefined> {
  if (parent_id !== null) return await findNewestLeaf(db, parent_id);
  const first = await db
    .selectFrom('messages')
    .where('conversation_id', '=', conversation_id)
    .where('parent_id', 'is', null)
    .select('id')
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .executeTakeFirst();
  return first && (await findNewestLeaf(db, first.id));
}
