import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { at, composeFile, filledIn, mapOf, redis, scaledOut, scaleFile, words } from './compose-file.ts';

const ROOT = join(import.meta.dirname, '../..');
const SECRETS = '/run/secrets/';

const { web, worker, postgres, proxy, ...others } = mapOf(scaledOut.services);
const everyService = { web, worker, postgres, proxy, redis: others.redis };

test('the profile adds PostgreSQL and the proxy, and nothing that starts without it needs them', () => {
  for (const name of ['postgres', 'proxy'])
    assert.deepEqual(at(composeFile, 'services', name, 'profiles'), ['scale']);
  for (const name of ['web', 'worker', 'redis']) {
    assert.equal(mapOf(at(scaledOut, 'services', name)).profiles, undefined);
    const { depends_on = {}, secrets } = mapOf(at(composeFile, 'services', name));
    assert.ok(!Object.hasOwn(mapOf(depends_on), 'postgres'));
    assert.equal(secrets, undefined);
  }
});

test('they start in order: the database and Redis, then web and worker, then the proxy', () => {
  for (const service of [web, worker])
    assert.deepEqual(at(service, 'depends_on'), {
      redis: { condition: 'service_healthy' },
      postgres: { condition: 'service_healthy' },
    });
  assert.deepEqual(at(proxy, 'depends_on'), { web: { condition: 'service_healthy' } });
});

test('only the proxy is published, so that there may be any number of webs', () => {
  assert.deepEqual(at(proxy, 'ports'), [`\${HOST:-127.0.0.1}:\${PORT:-3000}:8080`]);
  for (const service of [web, worker, postgres, others.redis]) assert.equal(at(service, 'ports'), undefined);
  for (const service of [web, worker]) {
    assert.equal(at(service, 'deploy', 'replicas'), 2);
    assert.equal(at(service, 'container_name'), undefined);
  }
});

test('every container has a limit of memory and CPU, may do no more than it must, and says how it is', () => {
  for (const [name, service] of Object.entries(everyService)) {
    const limits = mapOf(at(service, 'deploy', 'resources', 'limits'));
    assert.match(`${limits.memory}`, /^\d+[MG]$/, name);
    assert.ok(Number(limits.cpus) > 0, name);
    assert.equal(at(service, 'read_only'), true);
    assert.deepEqual(at(service, 'cap_drop'), ['ALL']);
    assert.deepEqual(at(service, 'security_opt'), ['no-new-privileges:true']);
    assert.equal(at(service, 'restart'), 'unless-stopped');
  }
  // The images of these begin as root otherwise, and web's has its own check.
  for (const service of [postgres, proxy, others.redis]) {
    assert.match(`${at(service, 'user')}`, /^(postgres|nginx|redis)$/);
    assert.ok(words(at(service, 'healthcheck', 'test')).length > 2);
  }
});

test('what a service reads as a secret is a file that it is given, and no secret is written in a compose file', () => {
  const files = mapOf(scaledOut.secrets);
  for (const service of [web, worker, postgres]) {
    const given = words(at(service, 'secrets'));
    for (const name of given)
      assert.match(filledIn(at(files[name], 'file')), /^(\.\/secrets\/\w+|\/dev\/null)$/);
    const read = Object.entries(mapOf(at(service, 'environment'))).filter(([name]) => name.endsWith('_FILE'));
    const environment = { OPENAI_API_KEY_FILE: './secrets/openai_api_key' };
    assert.deepEqual(
      read.map(([, path]) => filledIn(path, environment)).toSorted(),
      given.map(name => SECRETS + name).toSorted(),
    );
  }
  assert.ok(readFileSync(join(ROOT, '.gitignore'), 'utf8').split('\n').includes('secrets/'));
});

test('a key by file counts only where one is named; else the variable does, as everywhere', () => {
  const key = at(web, 'environment', 'OPENAI_API_KEY_FILE');
  const file = at(scaledOut, 'secrets', 'openai_api_key', 'file');
  assert.deepEqual([filledIn(key), filledIn(file)], ['', '/dev/null']);
  const environment = { OPENAI_API_KEY_FILE: './secrets/openai_api_key' };
  assert.deepEqual(
    [filledIn(key, environment), filledIn(file, environment)],
    ['/run/secrets/openai_api_key', './secrets/openai_api_key'],
  );
});

test("the second file only changes the first one's services, and leaves their settings as they are", () => {
  for (const name of Object.keys(mapOf(scaleFile.services)))
    assert.ok(Object.hasOwn(mapOf(composeFile.services), name), name);
  for (const [name, value] of Object.entries(mapOf(at(composeFile, 'services', 'web', 'environment'))))
    if (name !== 'TRUST_PROXY') assert.equal(at(web, 'environment', name), value);
  assert.deepEqual(at(others.redis, 'command'), at(redis, 'command'));
});

test('the proxy runs the configuration of this repository', () => {
  const [mounted = '', ...more] = words(at(proxy, 'volumes'));
  assert.deepEqual(more, []);
  assert.equal(mounted, './nginx.conf:/etc/nginx/nginx.conf:ro');
  const configuration = readFileSync(join(ROOT, 'nginx.conf'), 'utf8');
  assert.match(configuration, /^ +listen 8080;$/m);
  const written = configuration.matchAll(/^ *(?:pid|\w+_temp_path) (\S+);$/gm);
  for (const [, path = ''] of written) assert.ok(path.startsWith('/tmp/'), path);
  assert.deepEqual(at(proxy, 'tmpfs'), ['/tmp']);
});

test("the README's lines name what is there", () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const [, files = '', profile] = /export COMPOSE_FILE=(\S+) COMPOSE_PROFILES=(\S+)/.exec(readme) ?? [];
  assert.equal(profile, 'scale');
  assert.deepEqual(files.split(':'), ['docker-compose.yml', 'compose.scale.yml']);
  for (const name of files.split(':')) assert.ok(existsSync(join(ROOT, name)));
  for (const [, script = ''] of readme.matchAll(/^(bin\/\S+\.sh)$/gm))
    assert.ok(existsSync(join(ROOT, script)));
});

test('nothing in the two files is more than Compose knows', () => {
  if (spawnSync('docker', ['compose', 'version']).status !== 0) return; // the other tests look at the files without it
  const files = ['-f', 'docker-compose.yml', '-f', 'compose.scale.yml'];
  const { status, stderr } = spawnSync(
    'docker',
    ['compose', ...files, '--profile', 'scale', 'config', '--quiet'],
    { cwd: ROOT },
  );
  assert.equal(status, 0, String(stderr));
});
