import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SHORTEST_KEY } from './config.ts';
import { ConfigError } from './settings.ts';

const KEY_BYTES = 32;

/**
 * The installation's own key, kept beside the database and made the first time; only its owner may read the file.
 * @throws ConfigError when the file cannot be read, or holds no key
 */
export function readSecretKey(databasePath: string): string {
  const file = join(dirname(databasePath), 'secret_key');
  if (!existsSync(file)) makeSecretKey(file);
  const key = read(file);
  if (key.length >= SHORTEST_KEY) return key;
  throw new ConfigError(
    `${file} holds no key of at least ${SHORTEST_KEY} characters. Without the file, one is made.`,
  );
}

/** Puts the file in its place whole: of two processes that start together, both go on with the first one's key. */
function makeSecretKey(file: string): void {
  const key = randomBytes(KEY_BYTES).toString('hex');
  const draft = `${file}.${key.slice(0, 8)}`;
  writeFileSync(draft, key, { mode: 0o600 });
  try {
    linkSync(draft, file);
  } catch (error) {
    if (!existsSync(file)) throw error;
  } finally {
    unlinkSync(draft);
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw new ConfigError(`${file} holds the key that signs cookies, and cannot be read.`);
  }
}
