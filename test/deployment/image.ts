import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import type { Scope } from '../support/close-after.ts';
import { inContext, readDockerfile } from './dockerfile.ts';

const NOBODY = 65_534;
const BUILD_MS = 100_000;

/** What `docker build` would make, as a folder. */
export interface Image {
  /** Stands for the root of its file system. */
  readonly root: string;
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cmd: readonly string[];
  readonly healthcheck: readonly string[];
  /** Beside it: where those who run it may keep compiled code, which makes the next of them start sooner. */
  readonly compiled: string;
  /** Who runs it; nobody, where the test may become somebody else. */
  readonly user: { readonly uid: number; readonly gid: number };
}

/**
 * Carries out the Dockerfile without Docker: every COPY, RUN, ENV and WORKDIR, with a folder for each stage's root. The
 * result belongs to whoever runs the test, and nobody may write into its program.
 * @throws for a line that it does not know, and for a file that .dockerignore keeps out
 */
export async function buildImage(t: Scope): Promise<Image> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-image-'));
  t.after(() => remove(folder));
  await chmod(folder, 0o755);
  const stages = new Map<string, Stage>();
  let stage = new Stage(folder);
  for (const { name, rest } of readDockerfile()) {
    if (name === 'FROM') {
      const [, stageName = String(stages.size)] = rest.split(' AS ');
      stage = new Stage(join(folder, stageName));
      await stage.begin();
      stages.set(stageName, stage);
    } else await stage.carryOut(name, rest, stages);
  }
  await stage.lock();
  await mkdir(stage.compiled);
  await chmod(stage.compiled, 0o777);
  return stage;
}

/** Runs a command of the image as its user does, with nothing of this process's own environment. */
export function startInImage(
  t: Scope,
  image: Image,
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
) {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd: image.workdir,
    env: {
      NODE_COMPILE_CACHE: image.compiled,
      ...image.env,
      ...environment,
      PATH: join(image.root, 'usr/local/bin'),
    },
    ...image.user,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { text: '' };
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', text => (output.text += text));
  const exited = once(child, 'close').then(([code]): number | null => code);
  t.after(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  return { child, output, exited };
}

class Stage implements Image {
  readonly root: string;
  readonly env: Record<string, string> = {};
  readonly user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : ownUser();
  workdir = '';
  cmd: string[] = [];
  healthcheck: string[] = [];

  constructor(root: string) {
    this.root = root;
  }

  get compiled(): string {
    return `${this.root}-compiled`;
  }

  /** The base image: Node, which is not where a user of the image could not read it. */
  async begin(): Promise<void> {
    const bin = join(this.root, 'usr/local/bin');
    await mkdir(bin, { recursive: true });
    await copyFile(process.execPath, join(bin, 'node'));
    this.env.PATH = `${bin}:${process.env.PATH}`;
  }

  async carryOut(name: string, rest: string, stages: ReadonlyMap<string, Stage>): Promise<void> {
    if (name === 'WORKDIR') await this.#workdir(rest);
    else if (name === 'ENV') this.#env(rest);
    else if (name === 'COPY') await this.#copy(rest, stages);
    else if (name === 'RUN') await this.#run(rest);
    else if (name === 'CMD') this.cmd = JSON.parse(rest);
    else if (name === 'HEALTHCHECK') this.healthcheck = JSON.parse(rest.slice(rest.indexOf('[')));
    else if (!['USER', 'VOLUME', 'EXPOSE'].includes(name)) throw new Error(`What does ${name} do?`);
  }

  /** As when its file system is read-only. */
  async lock(): Promise<void> {
    await promisify(execFile)('chmod', ['-R', 'a-w,a+rX', this.workdir]);
  }

  async #workdir(path: string): Promise<void> {
    this.workdir = join(this.root, path);
    await mkdir(this.workdir, { recursive: true });
  }

  #env(assignment: string): void {
    const [, name = '', value = ''] = /^(\w+)=(\S+)$/.exec(assignment) ?? [];
    this.env[name] = this.#inRoot(value);
  }

  async #copy(rest: string, stages: ReadonlyMap<string, Stage>): Promise<void> {
    const [, from, paths = ''] = /^(?:--from=(\S+) )?(.*)$/.exec(rest) ?? [];
    const sources = paths.split(' ');
    const target = sources.pop() ?? '';
    for (const source of sources) {
      const to = join(this.workdir, target.endsWith('/') ? join(target, basename(source)) : target);
      await cp(from ? join(stages.get(from)?.root ?? '', source) : inContext(source), to, {
        recursive: true,
        verbatimSymlinks: true,
      });
    }
  }

  async #run(command: string): Promise<void> {
    const { uid, gid } = this.user;
    await promisify(execFile)(
      'sh',
      ['-c', this.#inRoot(command).replace('chown node:node', `chown ${uid}:${gid}`)],
      {
        cwd: this.workdir,
        env: { ...this.env, HOME: process.env.HOME, npm_config_prefer_offline: 'true' },
        timeout: BUILD_MS,
      },
    );
  }

  #inRoot(text: string): string {
    return text.replace(/(?<=[\s:])\/data\b/g, `${this.root}/data`);
  }
}

async function remove(folder: string): Promise<void> {
  await promisify(execFile)('chmod', ['-R', 'u+w', folder]);
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

function ownUser() {
  return { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
}
