import type { Database } from '../database.ts';

/** So many take about 30 ms, in which nothing else is written. */
const MOST_AT_ONCE = 500;

/**
 * Counts up the versions of the bot's next 500 replies, which are shown with its name.
 * @param after the last of those that were counted up before
 * @returns the last one of these, or `undefined` when there was none
 */
export async function countUpReplies(
  db: Database,
  botId: string,
  after: string,
): Promise<string | undefined> {
  const replies = await db
    .selectFrom('messages')
    .where('bot_id', '=', botId)
    .where('id', '>', after)
    .select('id')
    .orderBy('id')
    .limit(MOST_AT_ONCE)
    .execute();
  if (replies.length === 0) return undefined;
  const ids = replies.map(({ id }) => id);
  await db
    .updateTable('messages')
    .set(({ eb }) => ({ version: eb('version', '+', 1) }))
    .where('id', 'in', ids)
    .execute();
  return ids.at(-1);
}
