import { randomUUIDv7 } from 'node:crypto';
import type { Database } from '../database.ts';
import { Gone, NotFound } from '../errors.ts';
import type { Bot } from '../schema.ts';
import { builtInBots } from './built-in-bots.ts';

/** What a person says of a bot of theirs. */
export type BotFields = Omit<Bot, 'id' | 'user_id' | 'position' | 'deleted_at'>;

/** Writes the built-in bots, or brings them up to date. */
export async function seedBots(db: Database): Promise<void> {
  const bots = builtInBots.map((bot, position) => ({ ...bot, position }));
  await db
    .insertInto('bots')
    .values(bots)
    .onConflict(conflict =>
      conflict.column('id').doUpdateSet(({ ref }) => ({
        name: ref('excluded.name'),
        tagline: ref('excluded.tagline'),
        instructions: ref('excluded.instructions'),
        colour: ref('excluded.colour'),
        position: ref('excluded.position'),
        starters: ref('excluded.starters'),
      })),
    )
    .execute();
}

/** A built-in bot's, or a UUID. What is neither may have characters that PostgreSQL does not take. */
const BOT_ID = /^[\w-]+$/;
const LISTED = ['id', 'user_id', 'name', 'tagline', 'emoji', 'colour', 'starters'] as const;

/** A bot as lists of them show it. */
export type ListedBot = Pick<Bot, (typeof LISTED)[number]>;

/** The bots that the person may ask: the built-in ones, then their own, the oldest first. */
export async function listBots(db: Database, userId: string): Promise<ListedBot[]> {
  return await botsOf(db, userId)
    .where('deleted_at', 'is', null)
    .select(LISTED)
    .orderBy('position')
    .orderBy('id')
    .execute();
}

/** A bot that the person may ask. @throws NotFound also when it is somebody else's, and Gone when it was deleted */
export async function findBot(db: Database, userId: string, id: string): Promise<Bot> {
  const named = botsOf(db, userId).where('id', '=', id).selectAll();
  const bot = BOT_ID.test(id) ? await named.executeTakeFirst() : undefined;
  if (!bot) throw new NotFound('There is no such bot.');
  if (bot.deleted_at !== null) throw new Gone(`${bot.name} was deleted. Choose another bot.`);
  return bot;
}

/** A bot that the person made and may change. @throws NotFound */
export async function findOwnBot(db: Database, userId: string, id: string): Promise<Bot> {
  const bot = await ownBots(db, userId).where('id', '=', id).selectAll().executeTakeFirst();
  if (!bot) throw new NotFound('There is no such bot of yours.');
  return bot;
}

/** Who speaks in a reply that was asked for: also a bot that was deleted since. @throws NotFound */
export async function findSpeaker(db: Database, id: string | null): Promise<Bot> {
  const bot = await db.selectFrom('bots').where('id', '=', id).selectAll().executeTakeFirst();
  if (!bot) throw new NotFound('There is no such bot.');
  return bot;
}

/** How many bots the person has made, and not deleted. */
export async function countOwnBots(db: Database, userId: string): Promise<number> {
  const { count } = await ownBots(db, userId)
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Saves a bot of the person's own. @returns its id */
export async function insertBot(db: Database, userId: string, fields: BotFields): Promise<string> {
  const id = randomUUIDv7();
  await db
    .insertInto('bots')
    .values({ ...fields, id, user_id: userId, position: builtInBots.length })
    .execute();
  return id;
}

export async function updateBot(db: Database, id: string, fields: BotFields): Promise<void> {
  await db.updateTable('bots').set(fields).where('id', '=', id).execute();
}

/** What a conversation with the bot may begin with. */
export function startersOf({ starters }: Pick<Bot, 'starters'>): readonly string[] {
  return starters.split('\n').filter(line => line !== '');
}

/**
 * How the bot's replies are to be written, where that is not left to the settings.
 * @param wantedModel for one reply, in place of the bot's own
 */
export function wishesOf({ model, temperature, max_tokens }: Bot, wantedModel: string | null = null) {
  return {
    model: wantedModel ?? model ?? undefined,
    temperature: temperature ?? undefined,
    maxTokens: max_tokens ?? undefined,
  };
}

function botsOf(db: Database, userId: string) {
  return db
    .selectFrom('bots')
    .where(({ or, eb }) => or([eb('user_id', 'is', null), eb('user_id', '=', userId)]));
}

function ownBots(db: Database, userId: string) {
  return db.selectFrom('bots').where('user_id', '=', userId).where('deleted_at', 'is', null);
}
