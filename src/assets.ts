import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';

/** The page's own scripts, styles and pictures, bundled and held in memory. */
export interface Assets {
  /** The path of an asset by its name, such as `application.css`; it changes with the content. */
  path(name: string): string;
  /** By the last part of the path. */
  readonly files: ReadonlyMap<string, AssetFile>;
}

export interface AssetFile {
  readonly type: string;
  readonly plain: Buffer;
  readonly gzipped: Buffer;
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
const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  map: 'application/json',
  svg: 'image/svg+xml',
};
const DIGEST = /-[A-Z0-9]{8}(?=\.)/;

/** Bundles what is in `assets/`. @throws when a file there does not compile */
export function bundleAssets(): Assets {
  const { outputFiles } = buildSync({
    absWorkingDir: SOURCE,
    entryPoints: ENTRIES,
    outdir: SOURCE,
    entryNames: '[name]-[hash]',
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: ['es2022', 'chrome123', 'firefox125', 'safari17.5'],
    sourcemap: 'linked',
    loader: { '.svg': 'copy' },
    logLevel: 'silent',
  });
  return assetsFrom(
    new Map(
      outputFiles.map(({ path, contents }) => [path.slice(SOURCE.length + 1), assetFile(path, contents)]),
    ),
  );
}

/** The assets whose files these are. */
export function assetsFrom(files: Assets['files']): Assets {
  const names = new Map([...files.keys()].map(file => [file.replace(DIGEST, ''), file]));
  return {
    files,
    path(name) {
      const file = names.get(name);
      if (!file) throw new Error(`There is no asset "${name}".`);
      return `/assets/${file}`;
    },
  };
}

function assetFile(path: string, contents: Uint8Array): AssetFile {
  const plain = Buffer.from(contents);
  const type = TYPES[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
  let gzipped: Buffer | undefined;
  return {
    type,
    plain,
    /** Only when it is asked for: most of it would be source maps, which few people do. */
    get gzipped() {
      gzipped ??= gzipSync(plain, { level: 9 });
      return gzipped;
    },
  };
}
