import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import pretty from 'pino-pretty';
import { loadConfig } from '../src/config.ts';

// Runs the program, and starts it again whenever a file of it changes; with REDIS_URL a worker as well. After a mistake
// that lets it not start, it waits for the next change.

const ROOT = join(import.meta.dirname, '..');
/** Views and assets too: they are read once, at the start. */
const WATCHED = ['assets', 'jobs', 'migrations', 'src', 'views'];
const DEFAULTS = { LOG_LEVEL: 'debug', SHUTDOWN_GRACE_SECONDS: '0' };

const { redisUrl } = loadConfig();
const processes = [watch('src/server.ts')];
if (redisUrl) processes.push(watch('jobs/worker.ts', 'worker: '));

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, end);

function watch(entry: string, prefix = ''): ChildProcess {
  const watched = WATCHED.map(folder => `--watch-path=${folder}`);
  const child = spawn(process.execPath, ['--watch', '--watch-preserve-output', ...watched, entry], {
    cwd: ROOT,
    env: { ...DEFAULTS, ...process.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = pretty({
    ignore: 'pid,hostname',
    translateTime: 'SYS:HH:MM:ss',
    messageFormat: `${prefix}{msg}`,
  });
  child.stdout.pipe(lines);
  child.on('exit', end);
  return child;
}

/** Node's watcher hands the signal on, and ends after the program has. */
function end(): void {
  for (const child of processes) child.kill('SIGTERM');
}
