import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import { loadConfig } from '../src/config.ts';
import { ConfigError } from '../src/settings.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const run = promisify(execFile);

test('with nothing set, everything has a default', () => {
  assert.deepEqual(loadConfig({}), {
    host: '127.0.0.1',
    port: 3000,
    databaseUrl: 'sqlite:storage/parley.sqlite3',
    databaseConnections: 10,
    redisUrl: undefined,
    redisCluster: false,
    secretKey: undefined,
    openai: {
      apiKey: undefined,
      baseUrl: undefined,
      model: undefined,
      idleSeconds: 60,
      contextTokens: undefined,
    },
    asksPerMinute: 20,
    workerConcurrency: 100,
    shutdownGraceSeconds: 25,
    trustProxy: false,
    logLevel: 'info',
    metricsPort: undefined,
    metricsToken: undefined,
  });
});

test('each variable sets what it is named for', () => {
  const config = loadConfig({
    HOST: '0.0.0.0',
    PORT: '0',
    DATABASE_URL: 'postgres://parley:secret@db.example/parley',
    DATABASE_CONNECTIONS: '25',
    REDIS_URL: 'rediss://:secret@redis.example:6380/2',
    SECRET_KEY: 'k'.repeat(32),
    OPENAI_API_KEY: 'sk-1',
    OPENAI_BASE_URL: 'http://localhost:11434/v1',
    OPENAI_MODEL: 'llama',
    OPENAI_IDLE_SECONDS: '5',
    OPENAI_CONTEXT_TOKENS: '8192',
    ASKS_PER_MINUTE: '7',
    WORKER_CONCURRENCY: '8',
    SHUTDOWN_GRACE_SECONDS: '0',
    TRUST_PROXY: '2',
    LOG_LEVEL: 'debug',
    METRICS_PORT: '9464',
    METRICS_TOKEN: 'only-for-prometheus',
  });
  assert.deepEqual(config, {
    host: '0.0.0.0',
    port: 0,
    databaseUrl: 'postgres://parley:secret@db.example/parley',
    databaseConnections: 25,
    redisUrl: 'rediss://:secret@redis.example:6380/2',
    redisCluster: false,
    secretKey: 'k'.repeat(32),
    openai: {
      apiKey: 'sk-1',
      baseUrl: 'http://localhost:11434/v1',
      model: 'llama',
      idleSeconds: 5,
      contextTokens: 8192,
    },
    asksPerMinute: 7,
    workerConcurrency: 8,
    shutdownGraceSeconds: 0,
    trustProxy: 2,
    logLevel: 'debug',
    metricsPort: 9464,
    metricsToken: 'only-for-prometheus',
  });
});

test('proxies are trusted as a switch, a number, or addresses', () => {
  const trusted = (TRUST_PROXY: string) => loadConfig({ TRUST_PROXY }).trustProxy;
  assert.equal(trusted('true'), true);
  assert.equal(trusted('false'), false);
  assert.equal(trusted('1'), 1);
  assert.equal(trusted('10.0.0.0/8'), '10.0.0.0/8');
});

test('the address of a Redis Cluster is that of a node, or of several', () => {
  const clusterAt = (REDIS_URL: string) => {
    const { redisUrl, redisCluster } = loadConfig({ REDIS_URL, REDIS_CLUSTER: 'true' });
    return [redisUrl, redisCluster];
  };
  const [one, other] = ['rediss://me:secret@10.0.0.1:6379/0', 'rediss://[::1]:6380'];
  assert.deepEqual(clusterAt(one), [one, true]);
  assert.deepEqual(clusterAt(`${one}, ${other}\n`), [`${one},${other}`, true]);
});

test('what a Redis Cluster cannot be reached with is refused', () => {
  const refused = (env: Record<string, string>, sentence: RegExp) =>
    assert.throws(
      () => loadConfig({ REDIS_CLUSTER: 'true', ...env }),
      error => error instanceof ConfigError && sentence.test(error.message),
    );
  refused({}, /^REDIS_CLUSTER needs REDIS_URL beside it: [^\n]+\.$/);
  refused({ REDIS_URL: 'redis://10.0.0.1,http://10.0.0.2' }, /^REDIS_URL takes addresses, [^\n]+\.$/);
  refused({ REDIS_URL: 'redis://10.0.0.1/2' }, /^REDIS_URL takes no number of a database [^\n]+\.$/);
});

const badValues = [
  ['PORT', 'http'],
  ['PORT', '65536'],
  ['PORT', '-1'],
  ['PORT', '80.5'],
  ['PORT', '0x50'],
  ['DATABASE_URL', 'mysql://localhost/parley'],
  ['DATABASE_URL', 'sqlite:'],
  ['DATABASE_URL', 'postgres://'],
  ['DATABASE_URL', 'postgres://db.example'],
  ['DATABASE_URL', 'postgres://me:secret@db.example:port/parley'],
  ['DATABASE_CONNECTIONS', '0'],
  ['REDIS_URL', 'localhost:6379'],
  ['REDIS_URL', 'http://localhost:6379'],
  ['REDIS_URL', 'redis://'],
  ['REDIS_URL', 'redis://10.0.0.1:6379,redis://10.0.0.2:6379'],
  ['REDIS_CLUSTER', 'yes'],
  ['SECRET_KEY', 'too short'],
  ['OPENAI_BASE_URL', 'localhost:11434'],
  ['OPENAI_IDLE_SECONDS', '0'],
  ['OPENAI_CONTEXT_TOKENS', '128k'],
  ['OPENAI_CONTEXT_TOKENS', '100'],
  ['ASKS_PER_MINUTE', 'many'],
  ['WORKER_CONCURRENCY', '0'],
  ['SHUTDOWN_GRACE_SECONDS', '1m'],
  ['LOG_LEVEL', 'loud'],
  ['METRICS_PORT', 'yes'],
  ['METRICS_PORT', '65536'],
  ['METRICS_TOKEN', 'two words'],
  ['SECRET_KEY_FILE', '/no/such/file'],
] as const;

for (const [name, value] of badValues) {
  test(`${name}=${value} is refused in one sentence that names it`, () => {
    assert.throws(
      () => loadConfig({ [name]: value }),
      error => error instanceof ConfigError && new RegExp(`^${name} [^\\n]+\\.$`).test(error.message),
    );
  });
}

test('a secret that is refused is not repeated', () => {
  assert.throws(
    () => loadConfig({ SECRET_KEY: 'hunter2' }),
    error => error instanceof ConfigError && !error.message.includes('hunter2'),
  );
  assert.throws(
    () => loadConfig({ REDIS_URL: 'rediss//:hunter2@redis.example' }),
    error => error instanceof ConfigError && !error.message.includes('hunter2'),
  );
});

test('an empty variable counts as unset', () => {
  assert.deepEqual(loadConfig({ PORT: '', OPENAI_API_KEY: ' ', OPENAI_API_KEY_FILE: '' }), loadConfig({}));
});

test('NAME_FILE reads a secret from a file, without the line end', async t => {
  const file = join(await temporaryFolder(t), 'api-key');
  await writeFile(file, 'sk-from-file\n');
  assert.equal(loadConfig({ OPENAI_API_KEY_FILE: file }).openai.apiKey, 'sk-from-file');
});

test('the settings cannot be changed afterwards', () => {
  const config = loadConfig({});
  assert.ok(Object.isFrozen(config));
  assert.ok(Object.isFrozen(config.openai));
});

test('lines in .env are read when it is there; the environment itself goes before', async t => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, '.env'), '# a comment\nPORT=4001\nOPENAI_API_KEY="from the file"\n');
  const script = `import { loadConfig } from ${JSON.stringify(join(import.meta.dirname, '../src/config.ts'))};
    const { port, openai } = loadConfig();
    console.log(JSON.stringify({ port, key: openai.apiKey }));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: folder,
    env: { PORT: '4002' },
  });
  assert.deepEqual(JSON.parse(stdout), { port: 4002, key: 'from the file' });
});

test('a model without a server to ask it from is refused, rather than played by the demo', () => {
  assert.throws(
    () => loadConfig({ OPENAI_MODEL: 'llama3.2' }),
    /OPENAI_MODEL needs OPENAI_API_KEY or OPENAI_BASE_URL/,
  );
});
