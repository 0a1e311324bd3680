import { randomUUIDv7 } from 'node:crypto';
import { type Database, now } from '../database.ts';
import type { User } from '../schema.ts';

/** Makes a user who has no name and no password: whoever holds the session is this user. */
export async function createGuest(db: Database): Promise<User> {
  return await db
    .insertInto('users')
    .values({ id: randomUUIDv7(), created_at: now })
    .returningAll()
    .executeTakeFirstOrThrow();
}
