import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { SHORTEST_KEY } from '../../src/config.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SCRIPT = join(import.meta.dirname, '../../bin/make-secrets.sh');

test('secrets are made once, each of its own, and nobody else comes through their folder', async t => {
  const root = await temporaryFolder(t);
  const script = join(root, 'bin/make-secrets.sh');
  cpSync(SCRIPT, script);
  execFileSync(script);
  const folder = join(root, 'secrets');
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  const [key, password] = [read('secret_key'), read('postgres_password')];
  for (const secret of [key, password]) assert.match(secret, /^[0-9a-f]{64}$/);
  assert.ok(key.length >= SHORTEST_KEY && key !== password);
  assert.equal(read('database_url'), `postgres://parley:${password}@postgres:5432/parley`);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  for (const name of readdirSync(folder)) assert.equal(statSync(join(folder, name)).mode & 0o777, 0o644);

  writeFileSync(join(folder, 'database_url'), 'postgres://elsewhere/parley');
  execFileSync(script);
  assert.deepEqual([read('secret_key'), read('postgres_password')], [key, password]);
  assert.equal(read('database_url'), 'postgres://elsewhere/parley');
});
