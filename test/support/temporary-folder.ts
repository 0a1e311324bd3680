import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeAfter, type Scope } from './close-after.ts';

/** Makes an empty folder that is removed when the test ends. @returns its path */
export async function temporaryFolder(t: Scope): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-'));
  // It is tried again when a program that the test has yet to end puts something in.
  closeAfter(t, () => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}
