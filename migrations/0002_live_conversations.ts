import type { Kysely } from 'kysely';

/** What lets the list of a person's conversations be kept up to date on every page, and unread replies be marked in it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('users')
    .addColumn('conversations_version', 'integer', column => column.notNull().defaultTo(0))
    .execute();
  await db.schema
    .alterTable('conversations')
    .addColumn('version', 'integer', column => column.notNull().defaultTo(1))
    .execute();
  await db.schema.alterTable('conversations').addColumn('unread_since', 'bigint').execute();

  await db.schema.dropIndex('conversations_of_user').execute();
  await db.schema
    .createIndex('conversations_of_user')
    .on('conversations')
    .columns(['user_id', 'updated_at', 'id'])
    .execute();
}
