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

  await db.schema
    .createIndex('bots_of_user')
    .on('bots')
    .column('user_id')
    .where(sql.ref('user_id'), 'is not', null)
    .execute();
}
