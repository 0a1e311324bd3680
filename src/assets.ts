import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
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
  /** Is made when it is first asked for, beside other work: most of the bytes are source maps, for which few people do. */
  gzipped(): Promise<Buffer>;
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
    new Map(outputFiles.map(({ path, contents }) => [path.slice(SOURCE.length + 1), contents])),
  );
}

/** The assets whose files have this content. */
export function assetsFrom(contents: ReadonlyMap<string, Uint8Array>): Assets {
  const names = new Map([...contents.keys()].map(file => [file.replace(DIGEST, ''), file]));
  return {
    files: new Map([...contents].map(([file, content]) => [file, assetFile(file, content)])),
    path(name) {
      const file = names.get(name);
      if (!file) throw new Error(`There is no asset "${name}".`);
      return `/assets/${file}`;
    },
  };
}

function assetFile(file: string, content: Uint8Array): AssetFile {
  const plain = Buffer.from(content);
  let gzipped: Promise<Buffer> | undefined;
  return {
    type: TYPES[file.slice(file.lastIndexOf('.') + 1)] ?? 'application/octet-stream',
    plain,
    gzipped() {
      gzipped ??= promisify(gzip)(plain, { level: 9 });
      return gzipped;
    },
  };
}
