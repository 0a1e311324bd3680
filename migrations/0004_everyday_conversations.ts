import { type Kysely, sql } from 'kysely';

/** What people do with conversations and messages every day: pin, archive, delete and take it back, rate, look as they like. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const conversations = () => db.schema.alterTable('conversations');
  await conversations().addColumn('pinned_at', 'bigint').execute();
  await conversations().addColumn('archived_at', 'bigint').execute();
  await conversations().addColumn('deleted_at', 'bigint').execute();
  await conversations().addColumn('titled_after', 'text').execute();
  await conversations().addColumn('memory_start_id', 'text').execute();
  await TITLES_THAT_ARE_FIRST_WORDS.execute(db);

  const messages = () => db.schema.alterTable('messages');
  await messages().addColumn('rating', 'integer').execute();
  await messages().addColumn('wanted_model', 'text').execute();

  const users = () => db.schema.alterTable('users');
  await users()
    .addColumn('theme', 'text', column => column.notNull().defaultTo('system'))
    .execute();
  await users()
    .addColumn('text_size', 'text', column => column.notNull().defaultTo('normal'))
    .execute();
}

/** Until then a title went with a question if it was its first words, as `titleFrom` cuts them. */
const TITLES_THAT_ARE_FIRST_WORDS = sql`
  UPDATE conversations SET titled_after = (
    SELECT id FROM (
      SELECT id, created_at, trim(replace(content, '\n', ' ')) AS words
      FROM messages WHERE conversation_id = conversations.id AND role = 'user'
    ) AS questions
    WHERE words = title
      OR title LIKE '_%…'
        AND substr(words, 1, length(title) - 1) = substr(title, 1, length(title) - 1)
    ORDER BY created_at, id LIMIT 1
  )`;
