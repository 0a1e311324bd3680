import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bundleAssets } from '../../src/bundle-assets.ts';

const MOST_BYTES = {
  'application.js': 60_000,
  'event-streams.js': 12_000,
  'application.css': 15_000,
};

const { files, path } = bundleAssets();

for (const [name, most] of Object.entries(MOST_BYTES)) {
  test(`${name} is sent in fewer than ${most} bytes`, async () => {
    const gzipped = await files.get(path(name).replace('/assets/', ''))?.gzipped();
    const size = gzipped?.length ?? Number.POSITIVE_INFINITY;
    assert.ok(size < most, `${size} bytes`);
  });
}
