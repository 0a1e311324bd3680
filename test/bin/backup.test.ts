import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import SQLite from 'better-sqlite3';
import { openDatabase } from '../../src/database.ts';
import { eventually } from '../support/eventually.ts';
import { copyProject } from '../support/project-copy.ts';
import { startScriptedUpstream } from '../support/scripted-upstream.ts';
import { startServer } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { Visitor } from '../support/visitor.ts';

const ROOT = join(import.meta.dirname, '../..');
const BACKUP = join(ROOT, 'bin/backup.ts');
const LONGEST_MS = 20_000;
const ROWS = 4000;
const ROW_BYTES = 10_000;
const WRITE_EVERY_MS = 1;

const [backUp = [], restore = []] = commandsUnder('### Back up and restore');

/** The commands of each block of the README under this heading. */
function commandsUnder(heading: string): string[][] {
  const [, text = ''] = readFileSync(join(ROOT, 'README.md'), 'utf8').split(`${heading}\n`);
  const [section = ''] = text.split(/^#+ /m);
  return [...section.matchAll(/```sh\n(.*?)```/gs)].map(([, block = '']) => block.trim().split('\n'));
}

/** Runs a command as a person would, in the program's folder. @throws when it fails */
async function run(command: string, cwd: string): Promise<void> {
  await promisify(execFile)('sh', ['-c', command], { cwd, env: { PATH: process.env.PATH } });
}

test("the README's commands back up while a reply streams, and bring everything back", async t => {
  const folder = await copyProject(t);
  const upstream = await startScriptedUpstream(t);
  const environment = {
    DATABASE_URL: `sqlite:${folder}/storage/parley.sqlite3`,
    OPENAI_BASE_URL: upstream.baseUrl,
  };
  const server = await startServer(t, environment);
  const visitor = new Visitor(server.url);
  const path = await visitor.startConversation('A question to keep');
  const call = await upstream.nextCall();
  call.text('The beginning of a reply');
  await eventually(async () => (await visitor.get(path)).body.includes('The beginning of a reply'));

  for (const command of backUp) await run(command, folder);
  call.finish();
  const later = await visitor.startConversation('A question after it');
  server.kill('SIGTERM');
  (await upstream.nextCall()).finish();
  await server.exited;

  const elsewhere = await temporaryFolder(t);
  await mkdir(join(elsewhere, 'storage'));
  await cp(join(folder, 'backups'), join(elsewhere, 'backups'), { recursive: true });
  for (const command of restore.filter(each => each.startsWith('cp '))) await run(command, elsewhere);
  for (const command of restore) await run(command, folder);

  for (const place of [folder, elsewhere]) {
    const { url } = await startServer(t, {
      ...environment,
      DATABASE_URL: `sqlite:${place}/storage/parley.sqlite3`,
    });
    const back = new Visitor(url);
    back.cookie = visitor.cookie;
    const { status, body } = await back.get(path);
    assert.equal(status, 200);
    assert.match(body, /A question to keep/);
    assert.match(body, /The beginning of a reply/);
    assert.equal((await back.get(later)).status, 404);
    assert.equal((await new Visitor(url).get(path)).status, 404);
  }
});

test('a backup holds the moment at which it began, however much is written meanwhile', async t => {
  const { folder, database } = await install(t);
  const sqlite = new SQLite(database);
  sqlite.exec(`CREATE TABLE writes (n INTEGER PRIMARY KEY, times INTEGER, filler BLOB);
    WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < ${ROWS})
    INSERT INTO writes SELECT n, 0, zeroblob(${ROW_BYTES}) FROM counted`);
  const write = sqlite.prepare('UPDATE writes SET times = times + 1 WHERE n = ?');
  let written = 0;
  let writtenBefore: number | undefined;
  const timer = setInterval(() => {
    if (existsSync(join(folder, 'copy.draft'))) writtenBefore ??= written;
    write.run((written % ROWS) + 1);
    written += 1;
  }, WRITE_EVERY_MS);
  t.after(() => {
    clearInterval(timer);
    sqlite.close();
  });

  await eventually(() => written > 0);
  const { code } = await backup([join(folder, 'copy')], { DATABASE_URL: `sqlite:${database}` });
  assert.equal(code, 0);
  const copy = new SQLite(join(folder, 'copy'), { readonly: true });
  t.after(() => copy.close());
  assert.equal(copy.pragma('integrity_check', { simple: true }), 'ok');
  const times = copy.prepare<[], number>('SELECT sum(times) FROM writes').pluck().get() ?? Number.NaN;
  assert.ok(times > 0 && times <= (writtenBefore ?? written), `${times} of ${writtenBefore} and ${written}`);
});

test('a backup is for its owner alone, says what it holds, and leaves nothing else', async t => {
  const { folder, database } = await install(t);
  const file = join(folder, 'new folder/copy');
  await mkdir(join(folder, 'new folder'));
  await writeFile(`${file}.draft`, 'what a backup that was killed left');
  const { code, stdout } = await backup([file], { DATABASE_URL: `sqlite:${database}` });
  assert.equal(code, 0);
  assert.match(stdout, new RegExp(`^${file} holds the database, and ${file}\\.key the key .+\n$`));
  for (const each of [file, `${file}.key`]) assert.equal((await stat(each)).mode & 0o777, 0o600);
  assert.equal(await readFile(`${file}.key`, 'utf8'), await readFile(join(folder, 'secret_key'), 'utf8'));
  assert.equal(existsSync(`${file}.draft`), false);
});

test('a key that the environment holds is not written to a file', async t => {
  const { folder, database } = await install(t);
  const settings = { DATABASE_URL: `sqlite:${database}`, SECRET_KEY: 'k'.repeat(64) };
  const { code, stdout } = await backup([join(folder, 'copy')], settings);
  assert.equal(code, 0);
  assert.match(stdout, /SECRET_KEY/);
  assert.equal(existsSync(join(folder, 'copy.key')), false);
});

test('what stands in the way of a backup is said in one line, and nothing is overwritten', async t => {
  const { folder, database } = await install(t);
  const settings = { DATABASE_URL: `sqlite:${database}` };
  const file = join(folder, 'copy');
  await refuses([], settings, /FILE/);
  await refuses([file], { DATABASE_URL: 'mysql://localhost/parley' }, /DATABASE_URL/);
  const postgres = { DATABASE_URL: 'postgres://parley@localhost/parley', SECRET_KEY: 's'.repeat(32) };
  await refuses([file], postgres, /pg_dump/);
  await refuses([file], { DATABASE_URL: `sqlite:${folder}/missing` }, /There is no database .+missing/);
  assert.equal(existsSync(join(folder, 'missing')), false);

  await writeFile(`${file}.key`, 'an older key');
  await refuses([file], settings, /copy\.key exists/);
  await writeFile(file, 'an older backup');
  await refuses([file], settings, /copy exists/);
  assert.equal(await readFile(file, 'utf8'), 'an older backup');
  assert.equal(await readFile(`${file}.key`, 'utf8'), 'an older key');
});

async function install(t: TestContext) {
  const folder = await temporaryFolder(t);
  const database = join(folder, 'parley.sqlite3');
  await (await openDatabase(`sqlite:${database}`)).destroy();
  await writeFile(join(folder, 'secret_key'), 's'.repeat(64));
  return { folder, database };
}

async function backup(args: readonly string[], env: Readonly<Record<string, string>>) {
  return await new Promise<{ code: unknown; stdout: string; stderr: string }>(resolve => {
    execFile(
      process.execPath,
      [BACKUP, ...args],
      { env: { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...env }, timeout: LONGEST_MS },
      (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}

async function refuses(args: readonly string[], env: Readonly<Record<string, string>>, line: RegExp) {
  const { code, stdout, stderr } = await backup(args, env);
  assert.deepEqual([code, stdout], [1, '']);
  assert.match(stderr, /^[^\n]+\n$/);
  assert.match(stderr, line);
}
