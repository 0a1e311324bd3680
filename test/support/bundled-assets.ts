import { readFileSync, writeFileSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import { type Assets, assetsFrom } from '../../src/assets.ts';

const VARIABLE = 'TEST_ASSETS';
const path = process.env[VARIABLE];
/** What bundles is loaded only where nobody has: each process of tests would pay for it. */
const assets = path
  ? assetsFrom(deserialize(readFileSync(path)))
  : (await import('../../src/bundle-assets.ts')).bundleAssets();

/** Bundles the page's own files once for all processes that this one starts: it takes as long as many a test. */
export function shareAssets(path: string): void {
  writeFileSync(path, serialize(new Map([...assets.files].map(([file, { plain }]) => [file, plain]))));
  process.env[VARIABLE] = path;
}

/** The page's own files, from a run of tests that shares them, or bundled here. */
export function bundledAssets(): Assets {
  return assets;
}
