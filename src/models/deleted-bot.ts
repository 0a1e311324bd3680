import { sql } from 'kysely';
import { type Database, now } from '../database.ts';

/** For a day pages that were open can still offer it, and are told by its name that it is gone. */
const OFFERED_FOR_MS = 24 * 60 * 60_000;

/** The bot is offered no more. What it said stays its own. */
export async function markBotDeleted(db: Database, id: string): Promise<void> {
  await db.updateTable('bots').set({ deleted_at: now }).where('id', '=', id).execute();
}

/** What says how a bot replies, and no page shows of its replies. */
const BLANK = {
  instructions: '',
  tagline: '',
  starters: '',
  model: null,
  temperature: null,
  max_tokens: null,
} as const;

/**
 * Of bots that were deleted only what their replies show is kept, once none of these is being written; of those that are
 * named in no conversation nothing, after a day. @returns whether anything went
 */
export async function forgetDeletedBots(db: Database): Promise<boolean> {
  const unnamed = await deletedBots(db)
    .where('deleted_at', '<', sql<number>`${now} - ${OFFERED_FOR_MS}`)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('messages').whereRef('bot_id', '=', 'bots.id').select('messages.id'))),
    )
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('conversations').whereRef('bot_id', '=', 'bots.id').select('conversations.id'))),
    )
    .execute();
  const silent = await deletedBots(db)
    .where('instructions', '!=', '')
    .where('id', 'not in', writers(db))
    .execute();
  for (const { id } of silent) await db.updateTable('bots').set(BLANK).where('id', '=', id).execute();
  for (const { id } of unnamed) await db.deleteFrom('bots').where('id', '=', id).execute();
  return silent.length + unnamed.length > 0;
}

function deletedBots(db: Database) {
  return db.selectFrom('bots').where('deleted_at', 'is not', null).select('id');
}

/** The bots whose replies are being written. */
function writers(db: Database) {
  return db
    .selectFrom('messages')
    .where('status', 'in', ['pending', 'streaming'])
    .where('bot_id', 'is not', null)
    .select(({ ref }) => ref('bot_id').$notNull().as('bot_id'));
}
