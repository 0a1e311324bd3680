import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { type Assets, assetsFrom } from './assets.ts';

export interface Bundle {
  /** By the names of the files. */
  readonly contents: ReadonlyMap<string, Uint8Array>;
  /** The paths of all files that are in it, those of packages too. */
  readonly sources: readonly string[];
}

const SOURCE = join(import.meta.dirname, '../assets');
const ENTRIES = [
  'application.ts',
  'event-streams.ts',
  'leave-live-page.ts',
  'styles/application.css',
  'styles/without-javascript.css',
  'icon.svg',
];

/** The assets as they come of `assets/` now. @throws when a file there does not compile */
export function bundleAssets(): Assets {
  return assetsFrom(bundle().contents);
}

/** Bundles what is in `assets/`. @throws when a file there does not compile */
export function bundle(): Bundle {
  const { outputFiles, metafile } = buildSync({
    absWorkingDir: SOURCE,
    entryPoints: ENTRIES,
    outdir: SOURCE,
    entryNames: '[name]-[hash]',
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    target: ['es2022', 'chrome123', 'firefox125', 'safari17.5'],
    sourcemap: 'linked',
    loader: { '.svg': 'copy' },
    logLevel: 'silent',
  });
  return {
    contents: new Map(outputFiles.map(({ path, contents }) => [path.slice(SOURCE.length + 1), contents])),
    sources: Object.keys(metafile.inputs).map(path => join(SOURCE, path)),
  };
}
