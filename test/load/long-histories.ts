import { randomUUIDv7 } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import SQLite from 'better-sqlite3';
import { pino } from 'pino';
import { buildApp } from '../../src/app.ts';
import { bundleAssets } from '../../src/bundle-assets.ts';
import { removeDeletedConversations } from '../../src/chat/remove-deleted.ts';
import { loadConfig } from '../../src/config.ts';
import { openDependencies } from '../../src/dependencies.ts';
import { forgetDeletedWords } from '../../src/models/search.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { forAsLongAs } from './lifetime.ts';
import { median } from './statistics.ts';

// Prints how long it takes to search in 100,000 messages of two people, to open a conversation of 1,000, and to remove
// conversations, and for how long that holds up everything else in the process.

const MESSAGES = 100_000;
const OF_A_CONVERSATION = 20;
const OF_THE_LONG_ONE = 1_000;
const REMOVED = 10;
const TRIES = 15;
const VOCABULARY = 30_000;
const SYLLABLES = 'ka lo mi ne ru sta ver con pre tion al der sen por tal gra min fer qui zo'.split(' ');
const QUERIES = ['wombat', 'wo', 'c', 'con', 'kalo', 'kalo mi', '"loka loka"', 'loka wombat', 'nowhere'];

await forAsLongAs(async t => {
  const path = `${await temporaryFolder(t)}/parley.sqlite3`;
  const config = loadConfig({ DATABASE_URL: `sqlite:${path}` });
  const deps = await openDependencies(config, pino({ level: 'error' }));
  t.after(() => deps.close());
  const app = await buildApp(deps, bundleAssets(), config);
  t.after(() => app.close());

  const cookies = [await newCookie(), await newCookie()];
  const users = await deps.db.selectFrom('users').select('id').orderBy('created_at').execute();
  const long = fill(
    path,
    users.map(({ id }) => id),
  );
  const html = await measure('1,000 messages, opened', long);
  const oldest = /id="message_([^"]+)" data-role/.exec(html)?.[1];
  const stream = { accept: 'text/vnd.turbo-stream.html' };
  await measure('40 earlier messages', `${long}/messages?before=${oldest}`, stream);
  for (const query of QUERIES) {
    const address = `/search?q=${encodeURIComponent(query)}`;
    await measure(`search: ${query}`, address, { 'turbo-frame': 'search_results' });
  }

  const firstId = /id="message_([^"]+)" data-role="user"/.exec(html)?.[1];
  await measureBlocks('a pair, deleted', () =>
    app.inject({ method: 'POST', url: `/messages/${firstId}/deletion`, headers: { cookie: cookies[0] } }),
  );
  await deps.db
    .updateTable('conversations')
    .set({ deleted_at: 1 })
    .where('id', 'in', db => db.selectFrom('conversations').select('id').orderBy('id', 'desc').limit(REMOVED))
    .execute();
  await measureBlocks(`${REMOVED} conversations, removed`, () => removeDeletedConversations(deps));
  await measureBlocks('their words, forgotten', () => forgetDeletedWords(deps.db));

  async function measureBlocks(name: string, work: () => Promise<unknown>): Promise<void> {
    const blocks = monitorEventLoopDelay({ resolution: 1 });
    blocks.enable();
    await delay(10); // the first look has nothing before it
    const start = performance.now();
    await work();
    const duration = performance.now() - start;
    await delay(10); // a block is seen when it is over
    blocks.disable();
    console.log(`${name}: ${duration.toFixed(0)} ms, longest block ${(blocks.max / 1e6).toFixed(0)} ms`);
  }

  async function newCookie(): Promise<string> {
    const { headers } = await app.inject('/conversations/new');
    return String(headers['set-cookie']).split(';')[0] ?? '';
  }

  async function measure(name: string, url: string, headers = {}): Promise<string> {
    const times: number[] = [];
    for (let i = 0; i < TRIES; i++) {
      const start = performance.now();
      await app.inject({ url, headers: { cookie: cookies[0], ...headers } });
      times.push(performance.now() - start);
    }
    const { body, statusCode } = await app.inject({ url, headers: { cookie: cookies[0], ...headers } });
    const count = /search__count">([^<]*)/.exec(body)?.[1] ?? '';
    const size = `${(gzipSync(body).length / 1000).toFixed(1)} kB gzipped`;
    console.log(`${name}: ${statusCode}, ${median(times).toFixed(1)} ms, ${size} ${count}`);
    return body;
  }
});

/** Writes as the two people by turns, and last the long conversation of the first. @returns its path */
function fill(path: string, users: readonly string[]): string {
  const sqlite = new SQLite(path);
  sqlite.pragma('foreign_keys = ON');
  const words = Array.from({ length: VOCABULARY }, (_, i) => word(i));
  const text = (length: number) => Array.from({ length }, () => words[zipf(VOCABULARY)]).join(' ');
  const write = sqlite.transaction((user: string | undefined, count: number) => {
    const conversation = randomUUIDv7();
    sqlite
      .prepare(
        `INSERT INTO conversations (id, user_id, title, bot_id, created_at, updated_at) VALUES (?, ?, ?, 'ChatBot', 1, 1)`,
      )
      .run(conversation, user, text(4));
    let parent: string | null = null;
    for (let i = 0; i < count; i++) {
      const [id, isQuestion] = [randomUUIDv7(), i % 2 === 0];
      const content = text(isQuestion ? 15 : 180) + (Math.random() < 0.0003 ? ' wombat' : '');
      sqlite
        .prepare(
          `INSERT INTO messages (id, conversation_id, parent_id, role, bot_id, status, content, created_at)
           VALUES (?, ?, ?, ?, ?, 'complete', ?, 1)`,
        )
        .run(
          id,
          conversation,
          parent,
          isQuestion ? 'user' : 'assistant',
          isQuestion ? null : 'ChatBot',
          content,
        );
      parent = id;
    }
    sqlite.prepare('UPDATE conversations SET leaf_id = ? WHERE id = ?').run(parent, conversation);
    return `/conversations/${conversation}`;
  });
  for (let i = 0; i < MESSAGES / OF_A_CONVERSATION; i++) write(users[i % users.length], OF_A_CONVERSATION);
  const long = write(users[0], OF_THE_LONG_ONE);
  sqlite.close();
  return long;
}

function word(index: number): string {
  const syllable = (n: number) => SYLLABLES[n % SYLLABLES.length] ?? '';
  return `${syllable(index + 1)}${syllable(Math.floor(index / 20))}${index < 400 ? '' : syllable(Math.floor(index / 400))}${index < 8000 ? '' : 'en'}`;
}

/** Few words are as frequent as all others together, as in any language. */
function zipf(count: number): number {
  return Math.floor(Math.exp(Math.random() * Math.log(count))) - 1;
}
