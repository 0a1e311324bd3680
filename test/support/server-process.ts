import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import type { TestContext } from 'node:test';
import { eventually } from './eventually.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** The program as a process of its own. */
export interface Server {
  /** All that it has printed so far. */
  readonly output: { readonly stdout: string; readonly stderr: string };
  /** Resolves when it has ended and all its output has come. */
  readonly exited: Promise<Exit>;
  kill(signal: NodeJS.Signals): void;
}

export interface RunningServer extends Server {
  /** Where it listens, without a slash at the end. */
  readonly url: string;
}

/** How a process ended: its code, or the signal that killed it. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const ENTRY = join(import.meta.dirname, '../../src/server.ts');
const START_SECONDS = 30;

/**
 * Starts the program and waits until it says where it listens: on a free port, unless `environment` has one.
 * @throws with its output, when it ends instead
 */
export async function startServer(
  t: TestContext,
  environment: Readonly<Record<string, string>>,
): Promise<RunningServer> {
  const server = await spawnServer(t, environment);
  const url = await Promise.race([
    eventually(() => /^Parley is at (\S+) and/.exec(server.output.stdout)?.[1], START_SECONDS),
    server.exited.then(({ code }) => {
      throw new Error(`The server ended with ${code}: ${server.output.stdout}${server.output.stderr}`);
    }),
  ]);
  return { ...server, url };
}

/**
 * Starts the program, whatever becomes of it. It runs in an empty folder, where its database is too unless
 * `environment` names another, and sees nothing of this process's own environment. It is killed when the test ends.
 */
export async function spawnServer(
  t: TestContext,
  environment: Readonly<Record<string, string>>,
): Promise<Server> {
  const child = spawn(process.execPath, [ENTRY], {
    cwd: await temporaryFolder(t),
    env: { PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', text => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', text => (output.stderr += text));
  const exited = once(child, 'close').then(([code, signal]): Exit => ({ code, signal }));
  t.after(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  return { output, exited, kill: signal => void child.kill(signal) };
}
