import { randomUUIDv7 } from 'node:crypto';
import { type Database, now } from '../database.ts';
import type { Switch, TextSize, Theme, User } from '../schema.ts';

/** Makes a user who has no name and no password: whoever holds the session is this user. */
export async function createGuest(db: Database): Promise<User> {
  return await db
    .insertInto('users')
    .values({ id: randomUUIDv7(), created_at: now })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** How a person likes the pages to look, and to hear keys; what is not named stays as it is. */
export interface Appearance {
  readonly theme?: Theme | undefined;
  readonly text_size?: TextSize | undefined;
  readonly single_keys?: Switch | undefined;
}

export async function saveAppearance(db: Database, userId: string, appearance: Appearance): Promise<void> {
  await db.updateTable('users').set(appearance).where('id', '=', userId).execute();
}
