import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import test, { type TestContext } from 'node:test';
import { eventually } from './support/eventually.ts';
import { startRedis } from './support/redis.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const START_SECONDS = 60;
/** In the README: where a Redis usually is. */
const REDIS_URL = 'redis://127.0.0.1:6379';

const blocks = [...README.matchAll(/```sh\n(.*?)```/gs)].map(([, block = '']) => block.trim().split('\n'));
const commands = [...new Set(blocks.flat())];

test('the README has the two commands', () => {
  assert.ok(commands.includes('npm start'));
  assert.ok(commands.includes('npm test'));
  assert.ok(commands.some(command => command.endsWith('npm run worker')));
});

for (const command of commands.filter(each => each.endsWith('npm start'))) {
  test(`\`${command}\` starts the program, which says where it is and who answers`, async t => {
    const line = await runUntilLine(t, command, /^Parley is at http:.*$/m);
    const [, model = 'the demo model'] = /OPENAI_MODEL=(\S+)/.exec(command) ?? [];
    assert.match(line, /^Parley is at http:\/\/127\.0\.0\.1:\d+ and .+ answers( through a worker)?\.$/);
    assert.ok(line.includes(model), line);
    assert.equal(line.includes('through a worker'), command.includes('REDIS_URL'));
  });
}

for (const command of commands.filter(each => each.endsWith('npm run worker'))) {
  test(`\`${command}\` starts a worker, which says who answers`, async t => {
    const line = await runUntilLine(t, command, /^The worker is ready.*$/m);
    assert.equal(line, 'The worker is ready: the demo model answers, 100 at once.');
  });
}

test('whoever ends `npm start` ends the program', async t => {
  const folder = await temporaryFolder(t);
  const child = spawn('npm', ['start'], {
    cwd: ROOT,
    detached: true,
    env: { ...process.env, PORT: '0', DATABASE_URL: `sqlite:${join(folder, 'parley.sqlite3')}` },
  });
  t.after(() => killGroup(child));
  let output = '';
  child.stdout.on('data', text => (output += text));
  const [url] = await eventually(() => /http:\/\/[\d.:]+/.exec(output) ?? undefined, START_SECONDS);
  child.kill('SIGTERM');
  await eventually(
    async () =>
      await fetch(url).then(
        () => false,
        () => true,
      ),
    START_SECONDS,
  );
});

test('every file that the README names is there', () => {
  const links = [...README.matchAll(/(?:\]\(|src=")([^)"#:]+)[)"]/g)].map(([, path = '']) => path);
  assert.ok(links.length > 10);
  for (const path of links) assert.ok(existsSync(join(ROOT, path)), path);
});

/** Runs the command as a person would, but on a free port, with a database and a Redis of its own, and no other settings. */
async function runUntilLine(t: TestContext, command: string, wanted: RegExp): Promise<string> {
  const {
    OPENAI_API_KEY: _key,
    OPENAI_BASE_URL: _url,
    OPENAI_MODEL: _model,
    REDIS_URL: _redis,
    ...environment
  } = process.env;
  const folder = await temporaryFolder(t);
  const redis = command.includes(REDIS_URL) ? await startRedis(t) : undefined;
  const child = spawn('sh', ['-c', command.replace(REDIS_URL, redis?.url ?? '')], {
    cwd: ROOT,
    detached: true,
    env: { ...environment, PORT: '0', DATABASE_URL: `sqlite:${join(folder, 'parley.sqlite3')}` },
  });
  t.after(() => killGroup(child));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', text => (output += text));
  return await eventually(() => wanted.exec(output)?.[0], START_SECONDS).catch(error => {
    throw new Error(`${error.message}\n${output}`);
  });
}

/** Ends the child and what it started, if anything is left of them. */
async function killGroup(child: ChildProcess): Promise<void> {
  const ended = child.exitCode !== null || child.signalCode !== null;
  try {
    if (child.pid) process.kill(-child.pid, 'SIGTERM');
  } catch (error) {
    if (!ended) throw error;
  }
  if (!ended) await once(child, 'close');
}
