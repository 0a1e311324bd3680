import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

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

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  map: 'application/json',
  svg: 'image/svg+xml',
};
const DIGEST = /-[A-Z0-9]{8}(?=\.)/;

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
