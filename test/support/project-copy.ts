import { cp, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { temporaryFolder } from './temporary-folder.ts';

const ROOT = join(import.meta.dirname, '../..');
const PARTS = ['assets', 'bin', 'jobs', 'migrations', 'package.json', 'src', 'views'];

/** Copies the program into a folder of its own, where a test may change it; the packages are those of the project. */
export async function copyProject(t: TestContext): Promise<string> {
  const folder = await temporaryFolder(t);
  for (const part of PARTS) await cp(join(ROOT, part), join(folder, part), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}
