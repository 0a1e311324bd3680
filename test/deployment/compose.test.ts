import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadConfig } from '../../src/config.ts';
import { at, composeFile, mapOf, ollama, ollamaModel, redis, web, worker } from './compose-file.ts';
import { readDockerfile } from './dockerfile.ts';

const ROOT = join(import.meta.dirname, '../..');
/** What requests get before replies do, when the program is told to end. */
const REQUESTS_GRACE_SECONDS = 5;
/** What stands for something else inside the containers, where there is one place for each. */
const FIXED = ['HOST', 'PORT', 'DATABASE_URL', 'REDIS_URL', 'REDIS_CLUSTER'];

test('web and worker are one image, share the rows and the key, and begin when Redis answers', () => {
  const data = readDockerfile().find(({ name }) => name === 'VOLUME')?.rest;
  for (const service of [web, worker]) {
    assert.equal(at(service, 'build'), '.');
    assert.deepEqual(at(service, 'volumes'), [`data:${data}`]);
    assert.equal(at(service, 'depends_on', 'redis', 'condition'), 'service_healthy');
    assert.equal(at(service, 'environment', 'REDIS_URL'), 'redis://redis:6379');
  }
  assert.deepEqual(Object.keys(mapOf(composeFile.volumes)).toSorted(), [
    'data',
    'ollama',
    'postgres',
    'redis',
  ]);
});

test('only this machine reaches the program, unless HOST says otherwise, and nobody reaches Redis', () => {
  assert.deepEqual(at(web, 'ports'), [`\${HOST:-127.0.0.1}:\${PORT:-3000}:3000`]);
  for (const service of [worker, redis, ollama, ollamaModel]) assert.equal(at(service, 'ports'), undefined);
});

test('the containers may do no more than they must, and come back', () => {
  for (const service of [web, worker, redis]) {
    assert.equal(at(service, 'read_only'), true);
    assert.deepEqual(at(service, 'tmpfs'), ['/tmp']);
    assert.deepEqual(at(service, 'cap_drop'), ['ALL']);
    assert.deepEqual(at(service, 'security_opt'), ['no-new-privileges:true']);
    assert.equal(at(service, 'restart'), 'unless-stopped');
  }
});

test('replies have the time to end that the settings give them', () => {
  const { shutdownGraceSeconds } = loadConfig({});
  for (const service of [web, worker]) {
    const seconds = Number(/^(\d+)s$/.exec(`${at(service, 'stop_grace_period')}`)?.[1]);
    assert.ok(seconds > shutdownGraceSeconds + REQUESTS_GRACE_SECONDS);
  }
});

test('every setting is handed on, but those that mean something else inside', () => {
  const example = readFileSync(join(ROOT, '.env.example'), 'utf8');
  const settings = [...example.matchAll(/^# ([A-Z_]+)=/gm)].map(([, name = '']) => name);
  assert.ok(settings.length > 10);
  const handedOn = Object.entries(mapOf(at(web, 'environment'))).filter(([, value]) => value === null);
  assert.deepEqual(
    handedOn.map(([name]) => name).toSorted(),
    settings.filter(name => !FIXED.includes(name)).toSorted(),
  );
  assert.deepEqual(at(worker, 'environment'), at(web, 'environment'));
});

test('the profile with a model fetches the one that OPENAI_MODEL names, and starts only when asked for', () => {
  for (const service of [ollama, ollamaModel]) assert.deepEqual(at(service, 'profiles'), ['ollama']);
  for (const service of [web, worker, redis]) assert.equal(at(service, 'profiles'), undefined);
  assert.deepEqual(at(ollamaModel, 'command'), ['pull', `\${OPENAI_MODEL:-llama3.2}`]);
  assert.equal(at(ollamaModel, 'depends_on', 'ollama', 'condition'), 'service_healthy');
  assert.match(
    readFileSync(join(ROOT, 'README.md'), 'utf8'),
    /OPENAI_BASE_URL=http:\/\/ollama:11434\/v1 .*--profile ollama/,
  );
});

test('nothing in the file is more than Compose knows', () => {
  if (spawnSync('docker', ['compose', 'version']).status !== 0) return; // the other tests look at the file without it
  const { status, stderr } = spawnSync('docker', ['compose', '--profile', 'ollama', 'config', '--quiet'], {
    cwd: ROOT,
  });
  assert.equal(status, 0, String(stderr));
});
