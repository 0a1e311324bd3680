import assert from 'node:assert/strict';
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { after, type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { startNginx } from '../support/nginx.ts';
import { startPostgres } from '../support/postgres.ts';
import { startRedis } from '../support/redis.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { Visitor } from '../support/visitor.ts';
import { at, filledIn, mapOf, redis, scaledOut, web, words, worker } from './compose-file.ts';
import { readDockerfile } from './dockerfile.ts';
import { buildImage, startInImage } from './image.ts';
import { FIRST, SECOND } from './scaled-out.ts';

const ROOT = join(import.meta.dirname, '../..');
const START_SECONDS = 30;
const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
/** Of a line in the log, as pino counts: nothing is wrong. */
const INFO = 30;
const image = await buildImage({ after });

test('what the Dockerfile builds serves, chats and ends in order, and writes to its volume alone', async t => {
  const withoutBundler = { ESBUILD_BINARY_PATH: '/dev/null' }; // the image has the assets
  const { child, output, exited } = startInImage(t, image, image.cmd, { PORT: '0', ...withoutBundler });
  const port = await eventually(
    () => /^Parley is at http:\/\/[\d.]+:(\d+)/.exec(output.text)?.[1],
    START_SECONDS,
  );
  const visitor = new Visitor(`http://127.0.0.1:${port}`);
  assert.equal((await visitor.get('/up')).status, 200);
  assert.equal(await startInImage(t, image, image.healthcheck, { PORT: port }).exited, 0);
  const path = await visitor.startConversation('Hello');
  await eventually(
    async () => (await visitor.get(path)).body.includes('data-role="assistant" data-status="complete"'),
    20,
  );

  const data = join(image.root, 'data');
  const backup = ['node', 'bin/backup.ts', join(data, 'backups/monday.sqlite3')];
  assert.equal(await startInImage(t, image, backup, {}).exited, 0);
  child.kill('SIGTERM');
  assert.equal(await exited, 0);
  const [first = '', ...events] = output.text.trimEnd().split('\n');
  assert.match(first, /^Parley is at /);
  assert.ok(events.length > 0);
  for (const event of events) assert.equal(JSON.parse(event).level, INFO, event);
  assert.notEqual(await startInImage(t, image, image.healthcheck, { PORT: port }).exited, 0);

  assert.deepEqual(readdirSync(image.root).toSorted(), ['app', 'data', 'usr']);
  assert.deepEqual(readdirSync(data).toSorted(), ['backups', 'parley.sqlite3', 'secret_key']);
  assert.deepEqual(
    ['test', 'node_modules/typescript', 'node_modules/.bin/node'].filter(each =>
      existsSync(join(image.workdir, each)),
    ),
    [],
  );
  const write = ['node', '-e', 'require("node:fs").writeFileSync("src/new-file", "")'];
  assert.notEqual(await startInImage(t, image, write, {}).exited, 0);
});

test("the image has the project's own Node, and a user who is not root", () => {
  const dockerfile = readDockerfile();
  const [major] = dependencies.node.split('.');
  for (const { rest } of dockerfile.filter(({ name }) => name === 'FROM'))
    assert.match(rest, new RegExp(`^node:${major}-[a-z]+-slim\\b`));
  assert.equal(dockerfile.findLast(({ name }) => name === 'USER')?.rest, 'node');
  assert.equal(process.versions.node, dependencies.node);
});

test('the services work together as their lines start them: a question is answered by the worker', async t => {
  const { port } = await startComposeRedis(t);
  const environment = {
    REDIS_URL: `${at(web, 'environment', 'REDIS_URL')}`.replace('redis:6379', `127.0.0.1:${port}`),
  };
  const server = startInImage(t, image, image.cmd, { ...environment, PORT: '0' });
  const found = () => /^Parley is at (\S+):(\d+)/.exec(server.output.text)?.[2];
  const visitor = new Visitor(`http://127.0.0.1:${await eventually(found, START_SECONDS)}`);
  const path = await visitor.startConversation('Hello');
  assert.match((await visitor.get(path)).body, /data-status="pending"/);

  const works = startInImage(t, image, words(at(worker, 'command')), environment);
  await eventually(
    async () => (await visitor.get(path)).body.includes('data-role="assistant" data-status="complete"'),
    START_SECONDS,
  );
  const health = startInImage(t, image, words(at(worker, 'healthcheck', 'test')).slice(1), environment);
  assert.equal(await health.exited, 0, health.output.text);
  for (const each of [server, works]) {
    each.child.kill('SIGTERM');
    assert.equal(await each.exited, 0, each.output.text);
  }
});

test('scaled out, as both files and the secrets have it: whichever web is asked, a worker answers', async t => {
  const places = await startComposeStores(t);
  const port = await freePort();
  const webs = [FIRST, SECOND].map(HOST =>
    startInImage(t, image, image.cmd, { ...environmentOf('web', places), HOST, PORT: String(port) }),
  );
  for (const { output } of webs)
    await eventually(() => output.text.startsWith('Parley is at'), START_SECONDS);
  const command = words(at(scaledOut, 'services', 'worker', 'command'));
  const works = startInImage(t, image, command, environmentOf('worker', places));
  await eventually(() => works.output.text.startsWith('The worker is ready'), START_SECONDS);

  const nginx = await startNginx(t, port, [FIRST, SECOND]);
  for (const address of [FIRST, SECOND]) {
    await nginx.sendTo(address);
    const visitor = new Visitor(nginx.url);
    const path = await visitor.startConversation('Hello');
    await eventually(
      async () => (await visitor.get(path)).body.includes('data-role="assistant" data-status="complete"'),
      START_SECONDS,
    );
  }
  for (const each of [...webs, works]) {
    each.child.kill('SIGTERM');
    assert.equal(await each.exited, 0, each.output.text);
  }
});

test('PostgreSQL is asked by TCP whether it is ready', async t => {
  const postgres = await startPostgres(t);
  const [, command = '', ...args] = words(at(scaledOut, 'services', 'postgres', 'healthcheck', 'test'));
  const check = () => promisify(execFile)(command, [...args, `--port=${new URL(postgres.url).port}`]);
  await check();
  await postgres.stop();
  await assert.rejects(check);
});

test('Redis keeps its jobs through a restart, never throws one away, and says when it answers', async t => {
  const { port, kill } = await startComposeRedis(t);
  const client = new Redis(port);
  t.after(() => client.disconnect());
  assert.deepEqual(await client.config('GET', 'appendonly'), ['appendonly', 'yes']);
  assert.deepEqual(await client.config('GET', 'maxmemory-policy'), ['maxmemory-policy', 'noeviction']);
  assert.deepEqual(at(redis, 'volumes'), ['redis:/data']);

  const [, command = '', ...args] = words(at(redis, 'healthcheck', 'test'));
  const check = [...args.slice(0, -1), '-p', String(port), ...args.slice(-1)];
  assert.equal((await promisify(execFile)(command, check)).stdout, 'PONG\n');
  client.disconnect();
  await kill();
  await assert.rejects(promisify(execFile)(command, check));
});

/** Where this test has what the containers have at places of their own. */
type Places = readonly (readonly [theirs: string, ours: string])[];

/** PostgreSQL and Redis, and the secrets that tell where they are. */
async function startComposeStores(t: TestContext): Promise<Places> {
  const redis = await startComposeRedis(t);
  const postgres = await startPostgres(t);
  await postgres.createDatabase('parley');
  const secrets = await makeSecrets(t);
  const url = join(secrets, 'database_url');
  const { host } = new URL(postgres.url);
  await writeFile(url, readFileSync(url, 'utf8').replace('@postgres:5432/', `@${host}/`));
  return [
    ['/run/secrets', secrets],
    ['redis:6379', `127.0.0.1:${redis.port}`],
  ];
}

/** As Compose mounts them: whoever runs the program is somebody else, and can read the files. */
async function makeSecrets(t: TestContext): Promise<string> {
  const root = await temporaryFolder(t);
  const script = join(root, 'bin/make-secrets.sh');
  await cp(join(ROOT, 'bin/make-secrets.sh'), script);
  await promisify(execFile)(script);
  const secrets = join(root, 'secrets');
  for (const folder of [root, secrets]) await chmod(folder, 0o755);
  return secrets;
}

function environmentOf(service: string, places: Places): Record<string, string> {
  const variables = Object.entries(mapOf(at(scaledOut, 'services', service, 'environment')));
  return Object.fromEntries(
    variables.flatMap(([name, value]) => (value === null ? [] : [[name, ours(filledIn(value), places)]])),
  );
}

function ours(text: string, places: Places): string {
  return places.reduce((so, [theirs, own]) => so.replace(theirs, own), text);
}

/** As its command says, at a free port and in a folder of its own. */
async function startComposeRedis(t: TestContext) {
  const { url, stop } = await startRedis(t, false);
  await stop();
  const { port } = new URL(url);
  const [command = '', ...args] = words(at(redis, 'command'));
  const server = spawn(command, [...args, '--port', port], {
    cwd: await temporaryFolder(t),
    stdio: 'ignore',
  });
  const exited = once(server, 'exit');
  const kill = async () => {
    server.kill('SIGKILL');
    await exited;
  };
  t.after(kill);
  await eventually(async () => spawnSync('redis-cli', ['-p', port, 'ping']).status === 0);
  return { port: Number(port), kill };
}
