import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MarkdownStream, renderSplit } from '../../src/markdown/markdown-stream.ts';
import { renderMarkdown } from '../../src/markdown/render-markdown.ts';
import { type Frame, framesOf } from './stream-frames.ts';
import { type Pieces, streamedDocuments } from './streamed-documents.ts';

/** For each property. To be surer: `MARKDOWN_DOCUMENTS=100000 node --test test/markdown`. */
const DOCUMENTS = Number(process.env.MARKDOWN_DOCUMENTS ?? 1000);

/** A shrunk counterexample is printed as the pieces of the document. */
function everyDocument(check: (frames: Frame[], pieces: Pieces) => void): void {
  const property = fc.property(streamedDocuments, pieces => check(framesOf(pieces), pieces));
  fc.assert(property, { numRuns: DOCUMENTS });
}

test('after every piece, what is settled and what is open are together the text drawn in one go', () => {
  everyDocument(frames => {
    for (const { text, allSettled, open } of frames) assert.equal(allSettled + open, renderMarkdown(text));
  });
});

test('a text drawn from its row is the very HTML that the frames left', () => {
  everyDocument(frames => {
    for (const { text, settledLength, allSettled, open } of frames) {
      assert.deepEqual(renderSplit(text, settledLength), { settled: allSettled, open });
    }
  });
});

test('a stream that goes on from a row makes the frames that the first one would have made', () => {
  everyDocument((frames, pieces) => {
    const middle = Math.floor(frames.length / 2);
    frames.slice(0, -1).forEach(({ text, settledLength }, index) => {
      const resumed = new MarkdownStream(text, settledLength);
      const last = index === middle ? frames.length : index + 2;
      for (let next = index + 1; next < last; next++) {
        const { settled, open, settledLength } = frames[next] ?? {};
        assert.deepEqual(resumed.append(pieces[next] ?? ''), { settled, open, settledLength });
      }
    });
  });
});

test('what is settled never shrinks, and ends with a line', () => {
  everyDocument(frames => {
    let before = 0;
    for (const { text, settledLength } of frames) {
      assert.ok(settledLength >= before);
      assert.match(text.slice(0, settledLength), /^$|[\r\n]$/);
      before = settledLength;
    }
  });
});

test('a finished text is settled as a whole, in the HTML of the text drawn in one go', () => {
  everyDocument(frames => {
    const { text = '' } = frames.at(-1) ?? {};
    assert.deepEqual(renderSplit(text, text.length), { settled: renderMarkdown(text), open: '' });
  });
});
