import type { Kysely } from 'kysely';

/** Shortcuts of a single key get in the way of those who speak to their computer, or whose fingers slip: they can be off. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('users')
    .addColumn('single_keys', 'text', column => column.notNull().defaultTo('on'))
    .execute();
}
