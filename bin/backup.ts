import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import process from 'node:process';
import SQLite from 'better-sqlite3';
import { loadConfig } from '../src/config.ts';
import { databasePath, isSqlite } from '../src/database.ts';
import { readSecretKey } from '../src/secret-key.ts';

// Copies the database to a file while everything runs, and the key to another beside it: guests are known by cookies
// that it signed, so that without it a restored installation knows nobody.

const OWNER_ONLY = 0o077;

process.umask(OWNER_ONLY);
try {
  console.log(await backUp(process.argv[2]));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** @returns a sentence that says what is where */
async function backUp(file: string | undefined): Promise<string> {
  if (!file) throw new Error('Say where to: npm run backup -- FILE');
  const keyFile = `${file}.key`;
  const { databaseUrl, secretKey } = loadConfig();
  if (!isSqlite(databaseUrl))
    throw new Error('DATABASE_URL names a PostgreSQL database: pg_dump copies that.');
  const database = databasePath(databaseUrl);
  if (!existsSync(database)) throw new Error(`There is no database ${database}.`);
  const taken = [file, keyFile].find(existsSync);
  if (taken) throw new Error(`${taken} exists, and is left as it is. Name another file.`);
  mkdirSync(dirname(file), { recursive: true });

  if (secretKey === undefined) writeFileSync(keyFile, readSecretKey(database));
  await copyDatabase(database, file);
  return secretKey === undefined
    ? `${file} holds the database, and ${keyFile} the key that signs cookies. Keep both, and keep them private.`
    : `${file} holds the database. The key that signs cookies is in SECRET_KEY: keep it too.`;
}

/** Under a name of its own until it is whole, so that a half backup is never taken for one. */
async function copyDatabase(database: string, file: string): Promise<void> {
  const draft = `${file}.draft`;
  const sqlite = new SQLite(database, { readonly: true });
  try {
    rmSync(draft, { force: true });
    // SQLite begins anew after each write of somebody else, and would not end while a reply streams, if it copied
    // anything but one moment's rows.
    sqlite.exec('BEGIN; SELECT * FROM sqlite_schema');
    await sqlite.backup(draft);
    renameSync(draft, file);
  } finally {
    sqlite.close();
    rmSync(draft, { force: true });
  }
}
