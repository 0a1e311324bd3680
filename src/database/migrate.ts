import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Migration, Migrator } from 'kysely/migration';
import type { Database } from '../database.ts';
import { DatabaseError } from './database-error.ts';
import { engineOf } from './engine.ts';

const MIGRATIONS = join(import.meta.dirname, '../../migrations');

/**
 * Brings the schema up to date, all steps or none. Processes that start together wait for the first.
 * @throws DatabaseError when the schema is from a newer version
 */
export async function migrate(db: Database): Promise<void> {
  await engineOf(db).exclusively(db, async trx => {
    const migrator = new Migrator({ db: trx, provider: { getMigrations: readMigrations } });
    const { error } = await migrator.migrateToLatest();
    if (error) throw migrationError(error);
  });
}

async function readMigrations(): Promise<Record<string, Migration>> {
  const files = (await readdir(MIGRATIONS)).filter(file => file.endsWith('.ts'));
  const entries = files.map(
    async file => [file.replace('.ts', ''), await import(join(MIGRATIONS, file))] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

function migrationError(error: unknown): unknown {
  const newer = error instanceof Error && /previously executed migration .* is missing/.test(error.message);
  return newer
    ? new DatabaseError('The database was made by a newer version of Parley: update the program.')
    : error;
}
