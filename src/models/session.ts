import { createHash, randomBytes } from 'node:crypto';
import { type Database, now } from '../database.ts';
import type { User } from '../schema.ts';

const TOKEN_BYTES = 32;

/** Starts a session. @returns the token for the cookie, which is kept nowhere else: the row has only its hash */
export async function startSession(db: Database, user: User): Promise<string> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  await db
    .insertInto('sessions')
    .values({ token_hash: hash(token), user_id: user.id, created_at: now })
    .execute();
  return token;
}

/** The user whose session has this token. */
export async function findSessionUser(db: Database, token: string): Promise<User | undefined> {
  return await db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .where('token_hash', '=', hash(token))
    .selectAll('users')
    .executeTakeFirst();
}

function hash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
