import assert from 'node:assert/strict';
import { test } from 'node:test';
import SQLite from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import * as chat from '../migrations/0001_chat.ts';
import * as live from '../migrations/0002_live_conversations.ts';
import * as bots from '../migrations/0003_own_bots.ts';
import * as everyday from '../migrations/0004_everyday_conversations.ts';
import { titleFrom } from '../src/chat/title.ts';
import type { Schema } from '../src/schema.ts';

const LONG = 'How do I grow tomatoes on a balcony that has the sun only in the morning?';

test('titles from before that were the first words of a question are known as that', async t => {
  const dialect = new SqliteDialect({ database: new SQLite(':memory:') });
  const [before, db] = [new Kysely<unknown>({ dialect }), new Kysely<Schema>({ dialect })];
  t.after(() => db.destroy());
  for (const { up } of [chat, live, bots]) await up(before);

  const conversations = [
    { question: LONG, title: titleFrom(LONG) },
    { question: 'One\nand more', title: titleFrom('One\nand more') },
    { question: 'One', title: 'Mine' },
    { question: LONG, title: 'How do I grow' },
  ];
  await db.insertInto('users').values({ id: 'u', created_at: 1 }).execute();
  const bot = { id: 'b', name: '', tagline: '', instructions: '', colour: '', position: 1 };
  await db.insertInto('bots').values(bot).execute();
  for (const [n, { question, title }] of conversations.entries()) {
    const times = { created_at: n, updated_at: n };
    await db
      .insertInto('conversations')
      .values({ id: `${n}`, user_id: 'u', bot_id: 'b', title, ...times })
      .execute();
    for (const [time, content] of [question, 'Another'].entries()) {
      const row = { role: 'user', status: 'complete', parent_id: null, created_at: time } as const;
      await db
        .insertInto('messages')
        .values({ ...row, id: `${n} ${content}`, conversation_id: `${n}`, content })
        .execute();
    }
  }

  await everyday.up(before);
  const rows = await db.selectFrom('conversations').select('titled_after').orderBy('created_at').execute();
  assert.deepEqual(
    rows.map(({ titled_after }) => titled_after),
    [`0 ${LONG}`, '1 One\nand more', null, null],
  );
});
