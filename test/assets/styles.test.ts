import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bundleAssets } from '../../src/bundle-assets.ts';

/** A `:has()` around a reply that would look further than to the children it names. */
const SEARCHES = /(?:\bbody|\.chat|\.event-chat|\.messages|\.message)\)?:has\((?!\s*>)[^)]*\)/g;
/** One that any attribute would make Chromium look at again. */
const ASKS_FOR_AN_ATTRIBUTE = /:has\([^)]*\[[^)]*\)/g;

test('no style looks through a reply, or anew at each attribute that changes', () => {
  const { files, path } = bundleAssets();
  const css = files.get(path('application.css').replace('/assets/', ''))?.plain.toString() ?? '';
  assert.match(css, /:has\(\s*>/);
  assert.deepEqual([...(css.match(SEARCHES) ?? []), ...(css.match(ASKS_FOR_AN_ATTRIBUTE) ?? [])], []);
});
