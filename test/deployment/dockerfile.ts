import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** One line of the Dockerfile, such as `COPY src src`. */
interface Instruction {
  readonly name: string;
  readonly rest: string;
}

export function readDockerfile(): readonly Instruction[] {
  const lines = readFileSync(join(ROOT, 'Dockerfile'), 'utf8')
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n\s*/g, '')
    .split('\n');
  return lines.filter(Boolean).map(line => {
    const [, name = '', rest = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
    return { name, rest };
  });
}

/** A file that is sent to the builder. @throws when .dockerignore, which leaves out everything, does not name it */
export function inContext(path: string): string {
  const [all, ...named] = readFileSync(join(ROOT, '.dockerignore'), 'utf8')
    .split('\n')
    .filter(line => line && !line.startsWith('#'));
  const admitted = all === '*' && named.some(line => !relative(line.slice(1), path).startsWith('..'));
  if (!admitted) throw new Error(`.dockerignore leaves ${path} out.`);
  return join(ROOT, path);
}
