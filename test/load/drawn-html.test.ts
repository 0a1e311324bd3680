import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { renderStreamed } from '../../src/markdown/markdown-stream.ts';
import { framesOf } from '../markdown/stream-frames.ts';
import { streamedDocuments } from '../markdown/streamed-documents.ts';
import { changeEnd, tidied } from './drawn-html.ts';

test('the edits of a stream, made in its HTML without a DOM, leave the text drawn in one go', () => {
  const property = fc.property(streamedDocuments, pieces => {
    let html = '';
    for (const { edits, text, settledLength } of framesOf(pieces)) {
      html = edits.reduce(changeEnd, html);
      assert.equal(tidied(html), tidied(renderStreamed(text, settledLength)));
    }
  });
  fc.assert(property, { numRuns: 100 });
});

test('a change for which there is no place is refused', () => {
  assert.throws(() => changeEnd('<p>text</p>', { depth: 2, removed: 0, added: 'more' }));
  assert.throws(() => changeEnd('<p>text</p><hr>', { depth: 1, removed: 0, added: 'more' }));
  assert.throws(() => changeEnd('<ul><li>one</li></ul>', { depth: 1, removed: 2, added: '' }));
});
