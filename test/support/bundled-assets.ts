import { readFileSync, writeFileSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import { type Assets, assetsFrom, bundleAssets } from '../../src/assets.ts';

const VARIABLE = 'TEST_ASSETS';

/** Bundles the page's own files once for all processes that this one starts: it takes as long as many a test. */
export function shareAssets(path: string): void {
  writeFileSync(path, serialize(contentsOf(bundleAssets())));
  process.env[VARIABLE] = path;
}

/** The page's own files, from a run of tests that shares them, or bundled here. */
export function bundledAssets(): Assets {
  const path = process.env[VARIABLE];
  return path ? assetsFrom(deserialize(readFileSync(path))) : bundleAssets();
}

function contentsOf({ files }: Assets): Map<string, Buffer> {
  return new Map([...files].map(([file, { plain }]) => [file, plain]));
}
