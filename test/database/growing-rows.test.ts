import assert from 'node:assert/strict';
import test from 'node:test';
import { sql } from 'kysely';
import { freshPostgres, openFor } from '../support/databases.ts';

test('the texts of messages are compressed in the way that costs a growing reply least', async t => {
  const db = await openFor(t, await freshPostgres(t));
  const { rows } = await sql<{ name: string; way: string }>`
    SELECT attname AS name, attcompression::text AS way FROM pg_attribute
    WHERE attrelid = 'messages'::regclass AND attcompression <> '' ORDER BY attname`.execute(db);
  assert.deepEqual(rows, [
    { name: 'content', way: 'l' },
    { name: 'reasoning', way: 'l' },
  ]);
});
