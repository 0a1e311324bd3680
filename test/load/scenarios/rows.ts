import { randomUUID, randomUUIDv7 } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { type Database, openDatabase } from '../../../src/database.ts';
import { claimReply } from '../../../src/models/attempt.ts';
import { seedBots } from '../../../src/models/bot.ts';
import { insertConversation } from '../../../src/models/conversation.ts';
import { insertQuestion, insertReply } from '../../../src/models/message.ts';
import { appendToReply, type Run } from '../../../src/models/reply.ts';
import { createGuest } from '../../../src/models/user.ts';
import { startPostgres } from '../../support/postgres.ts';
import { documentText } from '../documents.ts';
import type { Figure } from '../figures.ts';
import { forAsLongAs, type Lifetime } from '../lifetime.ts';
import { MARK_PLACE } from '../marks.ts';
import { startMeter } from '../meter.ts';
import { type RowUsage, rowUsage, TOLD_AFTER_MS } from '../postgres-meter.ts';
import { Progress } from '../progress.ts';
import type { Options, Report } from '../scenario.ts';
import { median } from '../statistics.ts';
import { table } from '../table.ts';

/** Ways to keep texts of more than 2 kB. */
const WAYS = {
  'LZ4, as here': [],
  'PostgreSQL’s own': ['ALTER TABLE messages ALTER content SET COMPRESSION pglz'],
  'not compressed': ['ALTER TABLE messages ALTER content SET STORAGE EXTERNAL'],
} as const;
type WayName = keyof typeof WAYS;

const CHARACTERS = 50_000;
/** What ten tokens bring, as they come in 40 ms where a model is fast. */
const OF_A_BATCH = 40;
/** Between which lengths of the row a batch is measured. */
const STAGES = [
  { name: '1,000', from: 500, to: 1_500 },
  { name: '5,000', from: 4_000, to: 6_000 },
  { name: '20,000', from: 18_000, to: 22_000 },
  { name: '50,000', from: 46_000, to: 50_000 },
] as const;
const REPLIES = 3;
const FEW_REPLIES = 1;
const SECONDS_OF_REPLY = 8;

/** What a batch costs PostgreSQL, the longer the reply is that it is appended to. Nothing else runs. */
export async function rows(options: Options): Promise<Report> {
  const replies = options.isQuick ? FEW_REPLIES : REPLIES * options.runs;
  const names = Object.keys(WAYS).filter(isWay);
  const progress = new Progress(names.length * replies * SECONDS_OF_REPLY);
  const columns = await forAsLongAs(async t => {
    const columns = [];
    for (const name of names) columns.push({ name, figures: await measure(t, name, replies, progress) });
    return columns;
  });
  const title = `A reply of ${CHARACTERS.toLocaleString('en')} characters of mixed Markdown, ${OF_A_BATCH} in each batch, by how PostgreSQL compresses it`;
  return { markdown: table({ title, columns }), raw: { title, columns } };
}

async function measure(t: Lifetime, way: WayName, replies: number, progress: Progress): Promise<Figure[]> {
  const { url } = await startPostgres(t, {});
  const db = await openDatabase(url, { connections: 1 });
  t.after(() => db.destroy());
  for (const statement of WAYS[way]) await sql.raw(statement).execute(db);
  const before = await rowUsage(url);
  const all: Cost[][] = [];
  for (let reply = 0; reply < replies; reply++) {
    progress.begin(`rows, ${way}`, SECONDS_OF_REPLY);
    all.push(await write(db));
  }
  await delay(TOLD_AFTER_MS);
  return [...stageFigures(all), ...wholeFigures(before, await rowUsage(url), replies)];
}

/** What one batch cost, on average. */
interface Cost {
  readonly ms: number;
  readonly cpuMs: number | undefined;
  readonly walBytes: number;
}

/** @returns the costs of a batch at each stage */
async function write(db: Database): Promise<Cost[]> {
  const run = await insertOpenReply(db);
  const text = documentText('mixed', CHARACTERS).replaceAll(MARK_PLACE, '');
  const costs: Cost[] = [];
  let length = 0;
  for (const { from, to } of STAGES) {
    await append(db, run, text.slice(length, from));
    costs.push(await costOf(db, (to - from) / OF_A_BATCH, () => append(db, run, text.slice(from, to))));
    length = to;
  }
  return costs;
}

async function append(db: Database, run: Run, text: string): Promise<void> {
  for (let at = 0; at < text.length; at += OF_A_BATCH) {
    const addition = { text: text.slice(at, at + OF_A_BATCH), reasoning: '', settledLength: undefined };
    if (!(await appendToReply(db, run, addition))) throw new Error('The reply was somebody else’s to write.');
  }
}

async function costOf(db: Database, batches: number, work: () => Promise<void>): Promise<Cost> {
  const before = await positionOf(db);
  const readMeter = startMeter([{ name: 'server', pid: before.pid }]);
  await work();
  const { cpuMs, seconds } = readMeter();
  const after = await positionOf(db);
  return {
    ms: (seconds * 1000) / batches,
    cpuMs: cpuMs.server === undefined ? undefined : cpuMs.server / batches,
    walBytes: (after.wal - before.wal) / batches,
  };
}

/** Which process of the server works for the connection, and how far the write-ahead log is. */
async function positionOf(db: Database): Promise<{ pid: number; wal: number }> {
  const position = sql<{ pid: number; wal: number }>`
    SELECT pg_backend_pid() AS pid, pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint AS wal`;
  const { rows } = await position.execute(db);
  const [row] = rows;
  if (!row) throw new Error('PostgreSQL said nothing.');
  return row;
}

/** A reply that is being written, and goes on to be for long. */
async function insertOpenReply(db: Database): Promise<Run> {
  await seedBots(db);
  const { id: user_id } = await createGuest(db);
  const conversation = { id: randomUUIDv7(), user_id, title: 'Long', bot_id: 'ChatBot' };
  const { id: conversation_id } = await insertConversation(db, conversation);
  const question = { id: randomUUIDv7(), conversation_id, parent_id: null, content: 'Go on.' };
  const { id: parent_id } = await insertQuestion(db, question);
  const reply = { id: randomUUIDv7(), conversation_id, parent_id, bot_id: 'ChatBot' };
  const { id: messageId, attempt } = await insertReply(db, reply);
  const run = { messageId, runId: randomUUID() };
  if (!(await claimReply(db, { messageId, attempt }, run.runId))) throw new Error('The reply was claimed.');
  return run;
}

function stageFigures(replies: readonly (readonly Cost[])[]): Figure[] {
  return STAGES.flatMap(({ name }, stage) => {
    const of = (cost: keyof Cost) => median(replies.flatMap(costs => costs[stage]?.[cost] ?? []));
    return [
      { name: `a batch, at ${name} characters: until it is saved`, unit: 'ms', value: of('ms') },
      { name: '… CPU of PostgreSQL', unit: 'ms', value: of('cpuMs') },
      { name: '… write-ahead log', unit: 'kB', value: of('walBytes') / 1000 },
    ].map(figure => ({ ...figure, name: figure.name.replace('…', `… at ${name}:`) }));
  });
}

function wholeFigures(before: RowUsage, after: RowUsage, replies: number): Figure[] {
  const grown = (name: keyof RowUsage) => after[name] - before[name];
  return [
    { name: 'write-ahead log of the whole reply', unit: 'MB', value: grown('walBytes') / 1e6 / replies },
    {
      name: 'updates that touched no index',
      unit: '%',
      value: (100 * grown('hotUpdates')) / grown('updates'),
    },
    { name: 'what the texts take afterwards', unit: 'MB', value: after.toastBytes / 1e6 / replies },
  ];
}

function isWay(name: string): name is WayName {
  return name in WAYS;
}
