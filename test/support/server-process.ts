import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import { closeAfter, type Scope } from './close-after.ts';
import { eventually } from './eventually.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** The web process or a worker, as a process of its own. */
export interface Program {
  readonly pid: number | undefined;
  /** All that it has printed so far. */
  readonly output: { readonly stdout: string; readonly stderr: string };
  /** Resolves when it has ended and all its output has come. */
  readonly exited: Promise<Exit>;
  kill(signal: NodeJS.Signals): void;
}

export interface RunningServer extends Program {
  /** Where it listens, without a slash at the end. */
  readonly url: string;
}

/** How a process ended: its code, or the signal that killed it. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const SERVER = join(import.meta.dirname, '../../src/server.ts');
const WORKER = join(import.meta.dirname, '../../jobs/worker.ts');
const START_SECONDS = 30;

type Environment = Readonly<Record<string, string>>;

/**
 * Starts the web process and waits until it says where it listens: on a free port, unless `environment` has one.
 * @throws with its output, when it ends instead
 */
export async function startServer(t: Scope, environment: Environment): Promise<RunningServer> {
  const server = await spawnServer(t, environment);
  return { ...server, url: await said(server, /^Parley is at (\S+) and/m) };
}

/**
 * Starts a worker and waits until it says that it is ready. @param entry the file of one that is not the program's own
 * @throws with its output, when it ends instead
 */
export async function startWorker(t: Scope, environment: Environment, entry = WORKER): Promise<Program> {
  const worker = await spawnProgram(t, entry, environment);
  await said(worker, /^(The worker is ready)/m);
  return worker;
}

/** Starts the web process, whatever becomes of it. */
export async function spawnServer(t: Scope, environment: Environment): Promise<Program> {
  return await spawnProgram(t, SERVER, { PORT: '0', ...environment });
}

/** Starts a worker, whatever becomes of it. */
export async function spawnWorker(t: Scope, environment: Environment): Promise<Program> {
  return await spawnProgram(t, WORKER, environment);
}

async function said({ output, exited }: Program, line: RegExp): Promise<string> {
  return await Promise.race([
    eventually(() => line.exec(output.stdout)?.[1], START_SECONDS),
    exited.then(({ code }) => {
      throw new Error(`The program ended with ${code}: ${output.stdout}${output.stderr}`);
    }),
  ]);
}

/**
 * Runs in an empty folder, where its database is too unless `environment` names another, and sees nothing of this
 * process's own environment, but for where compiled code is kept. It is killed when the test ends.
 */
async function spawnProgram(t: Scope, entry: string, environment: Environment): Promise<Program> {
  const child = spawn(process.execPath, [entry], {
    cwd: await temporaryFolder(t),
    env: { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', text => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', text => (output.stderr += text));
  const exited = once(child, 'close').then(([code, signal]): Exit => ({ code, signal }));
  closeAfter(t, async () => {
    child.kill('SIGKILL');
    await exited;
  });
  return { pid: child.pid, output, exited, kill: signal => void child.kill(signal) };
}
