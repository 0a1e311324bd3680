import { type Kysely, sql } from 'kysely';

/** What a person's list, the archive and the final removal look for, however many conversations there are beside it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const indexes = {
    listed_conversations: sql`pinned_at IS NULL AND archived_at IS NULL AND deleted_at IS NULL`,
    pinned_conversations: sql`pinned_at IS NOT NULL AND archived_at IS NULL AND deleted_at IS NULL`,
    archived_conversations: sql`archived_at IS NOT NULL AND deleted_at IS NULL`,
  };
  for (const [name, which] of Object.entries(indexes)) {
    await sql`CREATE INDEX ${sql.ref(name)} ON conversations (user_id, updated_at, id) WHERE ${which}`.execute(
      db,
    );
  }
  await sql`CREATE INDEX deleted_conversations ON conversations (deleted_at) WHERE deleted_at IS NOT NULL`.execute(
    db,
  );
}
