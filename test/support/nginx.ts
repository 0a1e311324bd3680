import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { closeAfter, type Scope } from './close-after.ts';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';
import { type NameServer, startNameServer } from './name-server.ts';
import { findOnPath } from './on-path.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** The proxy of the installation, as docker-compose.yml starts it. */
export interface Nginx {
  readonly url: string;
  /** Which addresses `web` stands for. */
  readonly names: NameServer;
  /** What has been answered so far, the last one last: the method, the path, the webs that were asked, and the status. */
  served(): readonly string[];
  /** Sets what `web` stands for, and waits until nobody is sent to another. */
  sendTo(...addresses: readonly string[]): Promise<void>;
  /** Ends it as Docker does its container, and waits until it has. */
  quit(): Promise<void>;
}

const CONFIGURATION = readFileSync(join(import.meta.dirname, '../../nginx.conf'), 'utf8');
const START_SECONDS = 10;

/** What is a container's own there, and here has to be this test's: each stands once in the file, but for /tmp. */
interface Places {
  readonly folder: string;
  readonly port: number;
  readonly webPort: number;
  readonly namePort: number;
}

/**
 * Starts the real nginx with the project's own configuration, in front of webs that listen at `webPort` of different
 * addresses of the loopback, as containers listen at 3000 of theirs.
 * @param change what is to be different in the configuration, for a test that would take too long
 */
export async function startNginx(
  t: Scope,
  webPort: number,
  addresses: readonly string[],
  change = (configuration: string) => configuration,
): Promise<Nginx> {
  const folder = await temporaryFolder(t);
  const names = await startNameServer(t, addresses);
  const port = await freePort();
  const file = join(folder, 'nginx.conf');
  await writeFile(file, change(moved({ folder, port, webPort, namePort: names.port })));
  const quit = await run(t, folder, file);
  const url = `http://127.0.0.1:${port}`;
  const served = () => readFileSync(join(folder, 'served'), 'utf8').split('\n').filter(Boolean);

  return {
    url,
    names,
    served,
    quit,
    async sendTo(...wanted) {
      names.addresses = wanted;
      const before = names.questions;
      // Whoever asks makes nginx look up the name, once what it knew is too old; and waits for the answer.
      await eventually(async () => {
        await fetch(`${url}/up`);
        return names.questions > before;
      });
    },
  };
}

function moved({ folder, port, webPort, namePort }: Places): string {
  const log = `log_format served '$request_method $uri $upstream_addr $status'; access_log ${folder}/served served;`;
  const own: readonly (readonly [string, string])[] = [
    ['listen 8080;', `listen 127.0.0.1:${port};`],
    ['resolver 127.0.0.11 ', `resolver 127.0.0.1:${namePort} `],
    ['web:3000;', `web:${webPort};`],
    ['access_log off;', log],
  ];
  return own.reduce(
    (text, [theirs, ours]) => {
      if (text.split(theirs).length !== 2) throw new Error(`nginx.conf has one "${theirs}"`);
      return text.replace(theirs, () => ours);
    },
    CONFIGURATION.replaceAll('/tmp/', `${folder}/`),
  );
}

/** In the foreground, as in the container, and as whoever runs the test: there is nothing for root to do. */
async function run(t: Scope, folder: string, file: string): Promise<() => Promise<void>> {
  const program = findOnPath(['nginx']) ?? '/usr/sbin/nginx';
  const own = `daemon off;${process.getuid?.() === 0 ? ' user root;' : ''}`;
  const child = spawn(program, ['-e', 'stderr', '-p', folder, '-c', file, '-g', own], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', text => (said += text));
  const exited = once(child, 'exit');
  closeAfter(t, async () => {
    child.kill('SIGTERM');
    await exited;
  });
  await eventually(() => {
    if (child.exitCode !== null) throw new Error(`nginx ended at once: ${said}`);
    return isThere(join(folder, 'nginx.pid'));
  }, START_SECONDS);
  return async () => {
    child.kill('SIGQUIT');
    await exited;
  };
}

function isThere(file: string): boolean {
  try {
    return readFileSync(file, 'utf8') !== '';
  } catch {
    return false;
  }
}
