import { type Kysely, sql } from 'kysely';

/** Bots that people make for themselves, beside the built-in ones, which belong to nobody. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const bots = () => db.schema.alterTable('bots');
  await bots()
    .addColumn('user_id', 'text', column => column.references('users.id').onDelete('cascade'))
    .execute();
  await bots().addColumn('emoji', 'text').execute();
  await bots().addColumn('model', 'text').execute();
  await bots().addColumn('temperature', 'real').execute();
  await bots().addColumn('max_tokens', 'integer').execute();
  await bots()
    .addColumn('starters', 'text', column => column.notNull().defaultTo(''))
    .execute();
  await bots().addColumn('deleted_at', 'bigint').execute();

  await db.schema.createIndex('bots_of_user').on('bots').column('user_id').execute();
  await db.schema
    .createIndex('deleted_bots')
    .on('bots')
    .column('deleted_at')
    .where(sql.ref('deleted_at'), 'is not', null)
    .execute();
  await db.schema.createIndex('conversations_of_bot').on('conversations').column('bot_id').execute();
  await db.schema
    .createIndex('messages_of_bot')
    .on('messages')
    .columns(['bot_id', 'id'])
    .where(sql.ref('bot_id'), 'is not', null)
    .execute();
}
