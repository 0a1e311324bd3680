import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { closeAfter, type Scope } from './close-after.ts';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';
import { findOnPath } from './on-path.ts';
import { temporaryFolder } from './temporary-folder.ts';

const run = promisify(execFile);

const START_SECONDS = 30;
/** Where Debian keeps the server's programs, a folder for each version. */
const DEBIAN = '/usr/lib/postgresql';
/**
 * Nothing is to survive the machine: without these waits for the disk a test's database is made in a fraction of the time.
 * What is committed does survive the server: a test that ends it would else miss some of what it has seen in the rows.
 * To look after dozens of databases that live for minutes would take it a good part of its time.
 */
const HASTE = { fsync: 'off', full_page_writes: 'off', autovacuum: 'off' };

/** A PostgreSQL server for tests. */
export interface TestPostgres {
  /** As in `DATABASE_URL`: a database that is there, and empty. */
  readonly url: string;
  /** Makes another database, empty. @returns its URL */
  createDatabase(name: string): Promise<string>;
}

/** One of the test's own, which forgets everything when it ends. */
export interface OwnPostgres extends TestPostgres {
  /** Ends it at once, so that nobody reaches it; what was committed stays. */
  stop(): Promise<void>;
  /** Starts it again at the same port. */
  start(): Promise<void>;
}

/** A server that runs already. @param url of any database there, to which the user's rights are a superuser's */
export function postgresAt(url: string): TestPostgres {
  return {
    url,
    async createDatabase(name) {
      await execute(url, `CREATE DATABASE "${name}" TEMPLATE template0`);
      return new URL(`/${name}`, url).href;
    },
  };
}

/**
 * Starts one on a free port of the loopback.
 * @param settings others than PostgreSQL's own: those that make it fast where nothing is to survive, unless said otherwise
 */
export async function startPostgres(
  t: Scope,
  settings: Readonly<Record<string, string>> = HASTE,
): Promise<OwnPostgres> {
  const programs = await serverPrograms();
  const account = await serverAccount();
  const parent = await temporaryFolder(t);
  const data = join(parent, 'data');
  if (account) await chown(parent, account.uid, account.gid);
  const options = ['-U', 'parley', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync', '-D', data];
  await run(join(programs, 'initdb'), options, { cwd: parent, ...account });

  const port = await freePort();
  let server: ChildProcess | undefined;

  const postgres: OwnPostgres = {
    ...postgresAt(`postgres://parley@127.0.0.1:${port}/postgres`),

    async start() {
      const own = {
        port,
        listen_addresses: '127.0.0.1',
        unix_socket_directories: '',
        max_connections: 400,
      };
      const flags = Object.entries({ ...own, ...settings }).flatMap(([name, value]) => [
        '-c',
        `${name}=${value}`,
      ]);
      const started = spawn(join(programs, 'postgres'), ['-D', data, ...flags], {
        cwd: parent,
        stdio: 'ignore',
        ...account,
      });
      server = started;
      await eventually(() => {
        if (started.exitCode !== null) throw new Error(`PostgreSQL ended at once. Is port ${port} taken?`);
        return answers(postgres.url);
      }, START_SECONDS);
    },

    async stop() {
      if (!server || server.exitCode !== null) return;
      const exited = once(server, 'exit');
      server.kill('SIGQUIT'); // ends without a word to its clients
      await exited;
    },
  };
  closeAfter(t, () => postgres.stop());
  await postgres.start();
  return postgres;
}

/** The folder of `postgres` and `initdb`: the one on the PATH, or the newest of Debian's, which are on no PATH. */
export async function serverPrograms(): Promise<string> {
  const onPath = findOnPath(['postgres']);
  if (onPath) return dirname(onPath);
  const versions = await readdir(DEBIAN);
  const newest = versions.toSorted((one, other) => Number(other) - Number(one))[0] ?? '';
  return join(DEBIAN, newest, 'bin');
}

/** PostgreSQL refuses to run as root: there it runs as the account that Debian made for it. */
async function serverAccount(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = async (flag: string) => Number((await run('id', [flag, 'postgres'])).stdout);
  return { uid: await idOf('-u'), gid: await idOf('-g') };
}

async function answers(url: string): Promise<boolean> {
  try {
    await execute(url, 'SELECT 1');
    return true;
  } catch {
    return false;
  }
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {}); // the answer tells
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
