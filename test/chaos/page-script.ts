import { basename, join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import type { BrowserContext } from 'playwright-core';

const ASSETS = join(import.meta.dirname, '../../assets');
const CATCH_UP = join(ASSETS, 'cable/catch-up.ts');
const NEVER_ASKS = join(import.meta.dirname, 'never-asks.ts');

/** Gives the pages of this context a script of their own, whose catch-up is switched off. */
export async function serveScriptThatNeverAsks(context: BrowserContext): Promise<void> {
  const body = await bundle();
  await context.route('**/assets/application-*.js', route =>
    route.fulfill({ contentType: 'text/javascript', body }),
  );
}

async function bundle(): Promise<string> {
  let isReplaced = false;
  const neverAsks: Plugin = {
    name: 'never-asks',
    setup({ onResolve }) {
      onResolve({ filter: /\/catch-up\.ts$/ }, ({ path, resolveDir, importer }) => {
        if (join(resolveDir, path) !== CATCH_UP || basename(importer) === basename(NEVER_ASKS))
          return undefined;
        isReplaced = true;
        return { path: NEVER_ASKS };
      });
    },
  };
  const { outputFiles } = await build({
    entryPoints: [join(ASSETS, 'application.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    plugins: [neverAsks],
  });
  const [script] = outputFiles;
  if (!script || !isReplaced) throw new Error('The page has no catch-up that could be switched off.');
  return script.text;
}
