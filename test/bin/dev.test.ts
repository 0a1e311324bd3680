import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { type TestContext, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { copyProject } from '../support/project-copy.ts';
import { startRedis } from '../support/redis.ts';
import { Visitor } from '../support/visitor.ts';

const START_SECONDS = 30;

/** Runs it in a copy of the project, as the leader of a group of its own, as a terminal does. */
async function develop(t: TestContext, environment: Readonly<Record<string, string>> = {}) {
  const folder = await copyProject(t);
  const child = spawn(process.execPath, ['bin/dev.ts'], {
    cwd: folder,
    detached: true,
    env: { PORT: '0', NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', text => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', text => (output.stderr += text));
  const exited = once(child, 'close').then(([code]): number => code);
  const killGroup = (signal: NodeJS.Signals) => child.pid && process.kill(-child.pid, signal);
  t.after(async () => {
    if (child.exitCode === null) killGroup('SIGKILL');
    await exited;
  });

  return {
    folder,
    output,
    exited,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    killGroup,
    /** Where the program listens after its `count`th start. */
    async started(count: number): Promise<Visitor> {
      const url = await eventually(
        () => [...output.stdout.matchAll(/^Parley is at (\S+) /gm)][count - 1]?.[1],
        START_SECONDS,
      );
      return new Visitor(url);
    },
  };
}

async function serves(visitor: Visitor, words: string): Promise<void> {
  const { body } = await visitor.get('/');
  assert.ok(body.includes(words), body);
}

test('a changed view is served, and a changed style; Ctrl-C ends everything', async t => {
  const { folder, started, killGroup, exited } = await develop(t);
  await started(1);
  await appendFile(join(folder, 'views/layouts/application.eta'), '<!-- a changed view -->');
  await serves(await started(2), 'a changed view');

  await appendFile(join(folder, 'assets/styles/application.css'), '.a-changed-style { color: red }');
  const visitor = await started(3);
  const [stylesheet = ''] = /\/assets\/application-\w+\.css/.exec((await visitor.get('/')).body) ?? [];
  assert.match((await visitor.get(stylesheet)).body, /a-changed-style/);

  killGroup('SIGINT');
  assert.equal(await exited, 0);
  await assert.rejects(visitor.get('/up'));
});

test('after a mistake it waits for the next change, and can be ended meanwhile', async t => {
  const { folder, started, output, kill, exited } = await develop(t);
  await started(1);
  const file = join(folder, 'src/errors.ts');
  const right = await readFile(file, 'utf8');
  await writeFile(file, `${right}\nconst = ;`);
  await eventually(() => output.stderr.includes('SyntaxError'), START_SECONDS);
  await writeFile(file, right);
  await serves(await started(2), 'ChatBot');

  const waits = () => output.stdout.match(/Waiting for file changes/g)?.length ?? 0;
  const before = waits();
  await appendFile(file, 'const = ;');
  await eventually(() => waits() > before, START_SECONDS);
  kill('SIGTERM');
  assert.equal(await exited, 0);
});

test('with REDIS_URL a worker runs beside, and its log can be read', async t => {
  const redis = await startRedis(t);
  const { started, output, kill, exited } = await develop(t, { REDIS_URL: redis.url });
  const visitor = await started(1);
  await eventually(() => output.stdout.includes('The worker is ready'), START_SECONDS);
  const path = await visitor.startConversation('Hello');
  await eventually(
    async () => (await visitor.get(path)).body.includes('data-role="assistant" data-status="complete"'),
    20,
  );
  assert.match(output.stdout, /^\[\d\d:\d\d:\d\d\] INFO: Server listening/m);

  kill('SIGTERM');
  assert.equal(await exited, 0);
  await assert.rejects(visitor.get('/up'));
});
