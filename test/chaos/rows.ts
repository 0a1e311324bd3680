import SQLite from 'better-sqlite3';
import type { MessageRow } from '../../src/schema.ts';
import type { Scope } from '../support/close-after.ts';

type Row = Pick<MessageRow, 'id' | 'status' | 'content'>;

/** The rows, read beside the processes. */
export interface Rows {
  find(id: string): Row | undefined;
  isAsked(question: string): boolean;
  /** The questions that were asked more than once. */
  doubled(): readonly string[];
  /** The last message of the path that is shown. */
  leafOf(conversationId: string): Row | undefined;
  openReply(conversationId: string): Row | undefined;
  repliesOf(conversationId: string): readonly Row[];
  /** The replies that others can be shown in place of. */
  versionsOf(conversationId: string): readonly Row[];
  replies(): readonly Row[];
}

export function openRows(t: Scope, databasePath: string): Rows {
  const database = new SQLite(databasePath, { readonly: true });
  t.after(() => database.close());
  const select = (where: string) =>
    database.prepare<string[], Row>(`SELECT id, status, content FROM messages WHERE ${where} ORDER BY id`);
  const found = select('id = ?');
  const asked = select(`role = 'user' AND content = ?`);
  const doubled = database.prepare<[], string>(
    `SELECT content FROM messages WHERE role = 'user' GROUP BY content HAVING COUNT(*) > 1`,
  );
  const leaf = select('id = (SELECT leaf_id FROM conversations WHERE id = ?)');
  const open = select(`status IN ('pending', 'streaming') AND conversation_id = ?`);
  const repliesOf = select(`role = 'assistant' AND conversation_id = ?`);
  const versions = select(`role = 'assistant' AND conversation_id = ? AND
    (SELECT COUNT(*) FROM messages AS sibling WHERE sibling.parent_id = messages.parent_id) > 1`);
  const replies = select(`role = 'assistant'`);
  return {
    find: id => found.get(id),
    isAsked: question => asked.get(question) !== undefined,
    doubled: () => doubled.pluck().all(),
    leafOf: id => leaf.get(id),
    openReply: id => open.get(id),
    repliesOf: id => repliesOf.all(id),
    versionsOf: id => versions.all(id),
    replies: () => replies.all(),
  };
}
