import type { Database } from '../database.ts';
import { NotFound } from '../errors.ts';
import type { Bot } from '../schema.ts';
import { builtInBots } from './built-in-bots.ts';

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
      })),
    )
    .execute();
}

export async function listBots(db: Database): Promise<Bot[]> {
  return await db.selectFrom('bots').selectAll().orderBy('position').execute();
}

/** @throws NotFound */
export async function findBot(db: Database, id: string): Promise<Bot> {
  const bot = await db.selectFrom('bots').where('id', '=', id).selectAll().executeTakeFirst();
  if (!bot) throw new NotFound('There is no such bot.');
  return bot;
}
