import { sql } from 'kysely';
import type { AnyTables } from '../engine.ts';

/**
 * Makes the index in FTS5. The triggers know what stands in it by a view, which is asked before a change and after it.
 */
export async function createIndex(db: AnyTables): Promise<void> {
  // The index counts in whole numbers, and those that SQLite gives to rows with other keys may change.
  await db.schema
    .createTable('search_entries')
    .addColumn('id', 'integer', column => column.primaryKey())
    .addColumn('thing_id', 'text', column => column.notNull().unique())
    .execute();

  // What is deleted keeps its words in the index until its parts are merged: search-remains.ts.
  await db.schema
    .createTable('search_remains')
    .addColumn('removals', 'integer', column => column.notNull())
    .addColumn('merged', 'integer', column => column.notNull())
    .addColumn('merge_at', 'bigint', column => column.notNull())
    .execute();

  for (const statement of [...INDEX, ...MESSAGES, ...CONVERSATIONS, ...WHAT_IS_THERE])
    await sql.raw(statement).execute(db);
}

/** The owner is one word of the text, so that a search reads nothing of what others wrote. */
const TEXTS = `
  SELECT search_entries.id, thing_id, conversations.id AS conversation_id,
    replace(user_id, '-', '') AS owner, title, '' AS content
  FROM search_entries JOIN conversations ON conversations.id = thing_id
  UNION ALL
  SELECT search_entries.id, thing_id, conversations.id, replace(user_id, '-', ''), '', content
  FROM search_entries JOIN messages ON messages.id = thing_id
    JOIN conversations ON conversations.id = conversation_id
  WHERE status NOT IN ('pending', 'streaming') AND content != ''`;

const INDEX = [
  `CREATE VIEW search_texts AS ${TEXTS}`,
  `CREATE VIRTUAL TABLE search_index USING fts5 (
    owner, title, content,
    content = 'search_texts', content_rowid = 'id', columnsize = 0, prefix = '1 2 3',
    tokenize = 'unicode61 remove_diacritics 2'
  )`,
  // New parts that come meanwhile must not end a merge before its time.
  `INSERT INTO search_index (search_index, rank) VALUES ('usermerge', 2)`,
  `INSERT INTO search_remains VALUES (0, 0, 0)`,
];

const COUNT_REMOVAL = 'UPDATE search_remains SET removals = removals + 1;';
const CLOSED = `status NOT IN ('pending', 'streaming')`;

const MESSAGES = [
  `CREATE TRIGGER search_message_inserted AFTER INSERT ON messages BEGIN
    INSERT INTO search_entries (thing_id) VALUES (NEW.id);
    ${take('thing_id = NEW.id')}
  END`,
  `CREATE TRIGGER search_message_changes BEFORE UPDATE OF status, content ON messages WHEN OLD.${CLOSED} BEGIN
    ${drop('thing_id = OLD.id')}
  END`,
  `CREATE TRIGGER search_message_changed AFTER UPDATE OF status, content ON messages WHEN NEW.${CLOSED} BEGIN
    ${take('thing_id = NEW.id')}
  END`,
  `CREATE TRIGGER search_message_goes BEFORE DELETE ON messages BEGIN
    ${drop('thing_id = OLD.id')}
    DELETE FROM search_entries WHERE thing_id = OLD.id;
    ${COUNT_REMOVAL}
  END`,
];

const CONVERSATIONS = [
  `CREATE TRIGGER search_conversation_inserted AFTER INSERT ON conversations BEGIN
    INSERT INTO search_entries (thing_id) VALUES (NEW.id);
    ${take('thing_id = NEW.id')}
  END`,
  `CREATE TRIGGER search_title_changes BEFORE UPDATE OF title ON conversations BEGIN
    ${drop('thing_id = OLD.id')}
  END`,
  `CREATE TRIGGER search_title_changed AFTER UPDATE OF title ON conversations BEGIN
    ${take('thing_id = NEW.id')}
  END`,
  // Its messages go after it, when the view has them no longer.
  `CREATE TRIGGER search_conversation_goes BEFORE DELETE ON conversations BEGIN
    ${drop('conversation_id = OLD.id')}
    DELETE FROM search_entries WHERE thing_id = OLD.id;
    ${COUNT_REMOVAL}
  END`,
];

const WHAT_IS_THERE = [
  `INSERT INTO search_entries (thing_id)
    SELECT id FROM (SELECT id, created_at FROM conversations UNION ALL SELECT id, created_at FROM messages)
    ORDER BY created_at, id`,
  `INSERT INTO search_index (search_index) VALUES ('rebuild')`,
];

function take(which: string): string {
  return `INSERT INTO search_index (rowid, owner, title, content)
      SELECT id, owner, title, content FROM search_texts WHERE ${which};`;
}

function drop(which: string): string {
  return `INSERT INTO search_index (search_index, rowid, owner, title, content)
      SELECT 'delete', id, owner, title, content FROM search_texts WHERE ${which};`;
}
