import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import test from 'node:test';
import { promisify } from 'node:util';
import { startTestApp } from '../support/app.ts';
import { freshPostgres } from '../support/databases.ts';
import { closes } from '../support/installation.ts';
import { serverPrograms } from '../support/postgres.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { Visitor } from '../support/visitor.ts';

const run = promisify(execFile);
const README = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');

/** What the README has a container do. */
function lineOf(program: string): string {
  const [line = ''] =
    new RegExp(`(?<=^docker compose exec -T postgres )${program} .*$`, 'm').exec(README) ?? [];
  return line;
}

test('a backup of PostgreSQL brings back what was said, and what was found in it', async t => {
  const { hostname, port, pathname, href } = new URL(await freshPostgres(t));
  const folder = await temporaryFolder(t);
  const PATH = `${await serverPrograms()}:${process.env.PATH}`;
  const carryOut = async (program: string) => {
    const line = lineOf(program).replace(/(?<=--dbname=| )parley\b/, pathname.slice(1));
    await run('sh', ['-c', line], { cwd: folder, env: { PATH, PGHOST: hostname, PGPORT: port } });
  };

  const app = await startTestApp(t, { DATABASE_URL: href });
  const visitor = new Visitor(app.url);
  const found = async (word: string) => (await visitor.get(`/search?q=${word}`)).body;
  app.upstream.answerAll(call => call.whole('Fine.'));
  const path = await visitor.startConversation('About a wombat');
  await closes(app.deps, path, 10);
  await carryOut('pg_dump');
  await visitor.post(`${path}/messages`, { content: 'About a numbat', bot: 'ChatBot' });
  await closes(app.deps, path, 10);
  await carryOut('pg_restore');

  const { body } = await visitor.get(path);
  assert.match(body, /About a wombat[\s\S]*Fine\./);
  assert.doesNotMatch(body, /numbat/);
  assert.match(await found('wombat'), /<mark/);
  assert.match(await found('numbat'), /Nothing was found/);
  await visitor.post(`${path}/messages`, { content: 'About a quokka', bot: 'ChatBot' });
  await closes(app.deps, path, 10);
  assert.match(await found('quokka'), /<mark/);
});
