// Installs what `npm start` (no argument), `npm run dev` (`dev`) or `npm test` (`test`) finds missing. Runs on the host's own
// Node, 18 or newer, before anything is installed: plain JavaScript, no dependencies.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  appendFileSync,
  constants,
  existsSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = join(root, 'node_modules', '.parley-setup');
const [purpose] = process.argv.slice(2);
/** Where Debian has PostgreSQL's servers, which are on no PATH, and nginx, which is on root's alone. */
const DEBIAN = { postgresql: '/usr/lib/postgresql', nginx: '/usr/sbin/nginx' };
const CLUSTERS = '/etc/postgresql-common/createcluster.conf';

installPackages();
if (purpose === 'test') {
  installChromium();
  installRedis();
  installPostgres();
  installNginx();
  installCurl();
}

/** Does nothing when the packages in place are those of the lock file, and enough of them. Never takes developers' away. */
function installPackages() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const installed = existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';
  const forDevelopers = purpose !== undefined || existsSync(join(root, 'node_modules', 'typescript'));
  if (installed === `${lock} all` || (installed === `${lock} production` && !forDevelopers)) return;

  console.log('Installing packages …');
  run('npm', [
    'ci',
    forDevelopers ? '--include=dev' : '--omit=dev',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ]);
  writeFileSync(stamp, `${lock} ${forDevelopers ? 'all' : 'production'}`);
}

/**
 * A whole Chromium, for what only that does, and its headless shell, for all else: it draws every tab at full pace, where
 * a whole one draws those behind the first twice a second.
 */
function installChromium() {
  if (process.env.CHROMIUM_PATH || playwrightHasChromium()) return;
  const hasWhole = ['chromium', 'chromium-browser', 'google-chrome'].some(isOnPath);
  const hasShell = isOnPath('chromium-headless-shell');
  if (hasWhole && hasShell) return;
  console.log('Installing Chromium, which the tests use …');
  if (
    installedByApt(...(hasWhole ? [] : ['chromium']), ...(hasShell ? [] : ['chromium-headless-shell'])) ||
    hasWhole
  )
    return;
  run(
    'npx',
    ['playwright-core', 'install', 'chromium'],
    'Install Chromium, or name one in CHROMIUM_PATH, and run this again.',
  );
}

function installRedis() {
  if (['redis-server', 'valkey-server'].some(isOnPath)) return;
  console.log('Installing Redis, which the tests use …');
  if (installedByApt('redis-server')) return;
  console.error('The tests need Redis: put redis-server (or valkey-server) on the PATH and run this again.');
  process.exit(1);
}

function installPostgres() {
  if (isOnPath('postgres') || debianHasPostgres()) return;
  console.log('Installing PostgreSQL, which the tests use …');
  if (installedByApt('postgresql-common')) {
    appendFileSync(CLUSTERS, 'create_main_cluster = false\n'); // or a server of its own would be started
    if (installedByApt('postgresql')) return;
  }
  console.error(
    'The tests need PostgreSQL: put the folder of postgres and initdb on the PATH and run this again.',
  );
  process.exit(1);
}

function debianHasPostgres() {
  const versions = existsSync(DEBIAN.postgresql) ? readdirSync(DEBIAN.postgresql) : [];
  return versions.some(version => existsSync(join(DEBIAN.postgresql, version, 'bin', 'initdb')));
}

function installNginx() {
  if (isOnPath('nginx') || existsSync(DEBIAN.nginx)) return;
  console.log('Installing nginx, which the tests use …');
  if (installedByApt('nginx')) return;
  console.error('The tests need nginx: put it on the PATH and run this again.');
  process.exit(1);
}

function installCurl() {
  if (isOnPath('curl') || installedByApt('curl')) return;
  console.error('The tests need curl: put it on the PATH and run this again.');
  process.exit(1);
}

/** Root may install Debian's packages. @returns whether it was done */
function installedByApt(...names) {
  if (!isOnPath('apt-get') || process.getuid?.() !== 0) return false;
  return (
    succeeds('apt-get', ['update', '-qq']) &&
    succeeds('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names])
  );
}

function playwrightHasChromium() {
  const script = "process.stdout.write(require('playwright-core').chromium.executablePath())";
  const { stdout } = spawnSync(join(root, 'node_modules', '.bin', 'node'), ['-e', script], { cwd: root });
  return existsSync(String(stdout));
}

function isOnPath(name) {
  return (process.env.PATH ?? '').split(delimiter).some(folder => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function run(command, args, advice = `"${command} ${args.join(' ')}" failed.`) {
  if (succeeds(command, args)) return;
  console.error(advice);
  process.exit(1);
}

function succeeds(command, args) {
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  return status === 0;
}
