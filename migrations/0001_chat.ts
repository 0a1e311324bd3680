import { type Kysely, sql } from 'kysely';

/** Users and their sessions, bots, and conversations as trees of messages. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('users')
    .addColumn('id', 'text', column => column.primaryKey())
    .addColumn('created_at', 'bigint', column => column.notNull())
    .execute();

  await db.schema
    .createTable('sessions')
    .addColumn('token_hash', 'text', column => column.primaryKey())
    .addColumn('user_id', 'text', column => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('created_at', 'bigint', column => column.notNull())
    .execute();

  await db.schema
    .createTable('bots')
    .addColumn('id', 'text', column => column.primaryKey())
    .addColumn('name', 'text', column => column.notNull())
    .addColumn('tagline', 'text', column => column.notNull())
    .addColumn('instructions', 'text', column => column.notNull())
    .addColumn('colour', 'text', column => column.notNull())
    .addColumn('position', 'integer', column => column.notNull())
    .execute();

  await db.schema
    .createTable('conversations')
    .addColumn('id', 'text', column => column.primaryKey())
    .addColumn('user_id', 'text', column => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('title', 'text', column => column.notNull())
    .addColumn('bot_id', 'text', column => column.notNull().references('bots.id'))
    .addColumn('leaf_id', 'text')
    .addColumn('list_version', 'integer', column => column.notNull().defaultTo(0))
    .addColumn('created_at', 'bigint', column => column.notNull())
    .addColumn('updated_at', 'bigint', column => column.notNull())
    .execute();

  await db.schema
    .createIndex('conversations_of_user')
    .on('conversations')
    .columns(['user_id', 'updated_at'])
    .execute();

  await db.schema
    .createTable('messages')
    .addColumn('id', 'text', column => column.primaryKey())
    .addColumn('conversation_id', 'text', column =>
      column.notNull().references('conversations.id').onDelete('cascade'),
    )
    .addColumn('parent_id', 'text', column => column.references('messages.id'))
    .addColumn('role', 'text', column => column.notNull())
    .addColumn('bot_id', 'text', column => column.references('bots.id'))
    .addColumn('status', 'text', column => column.notNull())
    .addColumn('content', 'text', column => column.notNull())
    .addColumn('reasoning', 'text', column => column.notNull().defaultTo(''))
    .addColumn('version', 'integer', column => column.notNull().defaultTo(1))
    .addColumn('settled_length', 'integer', column => column.notNull().defaultTo(0))
    .addColumn('note', 'text')
    .addColumn('attempt', 'integer', column => column.notNull().defaultTo(0))
    .addColumn('takeovers', 'integer', column => column.notNull().defaultTo(0))
    .addColumn('run_id', 'text')
    .addColumn('lease_until', 'bigint')
    .addColumn('model', 'text')
    .addColumn('prompt_tokens', 'integer')
    .addColumn('completion_tokens', 'integer')
    .addColumn('created_at', 'bigint', column => column.notNull())
    .addColumn('started_at', 'bigint')
    .addColumn('finished_at', 'bigint')
    .execute();

  await db.schema.createIndex('messages_of_conversation').on('messages').column('conversation_id').execute();
  await db.schema.createIndex('messages_of_parent').on('messages').column('parent_id').execute();

  await db.schema
    .createIndex('one_open_reply')
    .unique()
    .on('messages')
    .column('conversation_id')
    .where(sql.ref('status'), 'in', ['pending', 'streaming'])
    .execute();
}
