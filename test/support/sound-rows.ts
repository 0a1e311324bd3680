import assert from 'node:assert/strict';
import type { Database } from '../../src/database.ts';
import { findPath } from '../../src/models/path.ts';
import type { Conversation, MessageRow } from '../../src/schema.ts';
import { messagesOf } from './rows.ts';

/** The conversation whose page is at `path`. */
export async function conversationAt(db: Database, path: string): Promise<Conversation> {
  const id = path.split('/').at(-1) ?? '';
  return await db.selectFrom('conversations').where('id', '=', id).selectAll().executeTakeFirstOrThrow();
}

/** The messages of the conversation at `path` are one tree, of which one path is shown to its end. */
export async function assertSound(db: Database, path: string): Promise<void> {
  const { id, leaf_id } = await conversationAt(db, path);
  const rows = await messagesOf(db, path);
  const byId = new Map(rows.map(row => [row.id, row]));
  for (const row of rows) assert.equal(parentRole(byId, row), row.role === 'user' ? 'assistant' : 'user');
  assert.ok(rows.filter(({ status }) => status === 'pending' || status === 'streaming').length <= 1);

  assert.equal(leaf_id === null, rows.length === 0, `${id} shows something if there is something`);
  const shown = await findPath(db, leaf_id);
  assert.ok(shown.every(message => byId.has(message.id)));
  assert.ok(!rows.some(({ parent_id }) => parent_id !== null && parent_id === leaf_id));
  assert.equal(new Set(shown.map(message => message.id)).size, shown.length);
}

/** A conversation begins with a question, as after a reply. */
function parentRole(byId: ReadonlyMap<string, MessageRow>, { parent_id }: MessageRow): string | undefined {
  return parent_id === null ? 'assistant' : byId.get(parent_id)?.role;
}
