import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { openDatabase } from '../../src/database.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A database's file with all tables and nothing in them: to make them costs more than many a test does. */
let migrated: Promise<Buffer> | undefined;

/** @returns the path of a database of the test's own */
export async function migratedDatabase(t: TestContext): Promise<string> {
  migrated ??= migrate();
  const path = join(await temporaryFolder(t), 'parley.sqlite3');
  await writeFile(path, await migrated, { mode: 0o600 });
  return path;
}

async function migrate(): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-'));
  const path = join(folder, 'parley.sqlite3');
  await (await openDatabase(`sqlite:${path}`)).destroy();
  const file = await readFile(path);
  await rm(folder, { recursive: true });
  return file;
}
