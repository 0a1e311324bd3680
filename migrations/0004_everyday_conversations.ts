import type { Kysely } from 'kysely';

/** What people do with conversations and messages every day: pin, archive, delete and take it back, rate, look as they like. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const conversations = () => db.schema.alterTable('conversations');
  await conversations().addColumn('pinned_at', 'bigint').execute();
  await conversations().addColumn('archived_at', 'bigint').execute();
  await conversations().addColumn('deleted_at', 'bigint').execute();
  await conversations().addColumn('titled_after', 'text').execute();
  await conversations().addColumn('memory_start_id', 'text').execute();

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
