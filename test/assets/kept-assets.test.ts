import assert from 'node:assert/strict';
import { appendFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Assets } from '../../src/assets.ts';
import type { keptAssets } from '../../src/kept-assets.ts';
import { copyProject } from '../support/project-copy.ts';

/** A copy of the program, what keeps its assets, and where. */
async function openCopy(t: TestContext) {
  const root = await copyProject(t);
  const own: { keptAssets: typeof keptAssets } = await import(join(root, 'src/kept-assets.ts'));
  return { root, place: join(root, 'kept/assets'), keptAssets: own.keptAssets };
}

function textOf({ files, path }: Assets, name: string): string {
  return files.get(path(name).replace('/assets/', ''))?.plain.toString() ?? '';
}

test('assets are bundled once, until something in them changes', async t => {
  const { root, place, keptAssets } = await openCopy(t);
  const bundled = await keptAssets(place);
  const { mtimeMs } = await stat(place);
  const kept = await keptAssets(place);
  assert.equal((await stat(place)).mtimeMs, mtimeMs);
  assert.deepEqual([...kept.files.keys()], [...bundled.files.keys()]);
  for (const [name, { plain, type }] of bundled.files) {
    assert.ok(kept.files.get(name)?.plain.equals(plain), name);
    assert.equal(kept.files.get(name)?.type, type);
  }

  await appendFile(join(root, 'assets/styles/application.css'), '.changed { color: red }');
  const changed = await keptAssets(place);
  assert.match(textOf(changed, 'application.css'), /\.changed\{/);
  assert.notEqual(changed.path('application.css'), bundled.path('application.css'));
  assert.equal(changed.path('application.js'), bundled.path('application.js'));
});

test('assets that cannot be kept, or not be read again, are bundled', async t => {
  const { root, place, keptAssets } = await openCopy(t);
  const [file, half] = [join(root, 'kept'), join(root, 'half')];
  await writeFile(file, '');
  await writeFile(half, 'half of what was kept');
  for (const each of [place, half])
    assert.match(textOf(await keptAssets(each), 'application.css'), /\.message/);
});
