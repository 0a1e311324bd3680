import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { deserialize, serialize } from 'node:v8';
import { type Assets, assetsFrom } from './assets.ts';
import type { Bundle } from './bundle-assets.ts';

interface Kept extends Bundle {
  /** Of everything that the bundle was made of. */
  readonly digest: string;
}

const ROOT = join(import.meta.dirname, '..');
const PLACE = join(ROOT, 'node_modules/.cache/parley/assets');
/** What decides how the sources are bundled. */
const MAKERS = ['src/bundle-assets.ts', 'node_modules/esbuild/package.json', 'tsconfig.json'];

/**
 * The assets as they were bundled at an earlier start, where all that is in them is still the same; else bundles them,
 * which takes longer than many a start, and keeps them for the next. @throws when a file does not compile
 */
export async function keptAssets(place = PLACE): Promise<Assets> {
  const kept = readKept(place);
  if (kept) return assetsFrom(kept.contents);
  const { bundle } = await import('./bundle-assets.ts');
  const made = bundle();
  keep(place, { ...made, digest: digestOf(made.sources) });
  return assetsFrom(made.contents);
}

function readKept(place: string): Kept | undefined {
  try {
    const kept: Kept = deserialize(readFileSync(place));
    return kept.digest === digestOf(kept.sources) ? kept : undefined;
  } catch {
    return undefined; // there is none, or a source is gone: bundling tells what is the matter
  }
}

function keep(place: string, kept: Kept): void {
  const unfinished = `${place}-${process.pid}`;
  try {
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(unfinished, serialize(kept));
    renameSync(unfinished, place); // whoever reads it meanwhile has the one or the other, whole
  } catch {
    // Whoever runs the program may not write beside it: then each start bundles.
  }
}

function digestOf(sources: readonly string[]): string {
  const hash = createHash('sha256');
  const makers = MAKERS.map(path => join(ROOT, path)).filter(path => existsSync(path));
  for (const path of [...makers, ...sources]) {
    const content = readFileSync(path);
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}
