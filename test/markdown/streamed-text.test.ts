import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { renderStreamed } from '../../src/markdown/markdown-stream.ts';
import { ShownPage } from '../support/shown-page.ts';
import { assertDrawn, assertSettled, type Frame, framesOf, stepsOf } from './stream-frames.ts';
import { type Pieces, streamedDocuments } from './streamed-documents.ts';

/** To be surer: `MARKDOWN_DOCUMENTS=100000 node --test test/markdown`. */
const DOCUMENTS = Number(process.env.MARKDOWN_DOCUMENTS ?? 250);
/** In how many tests: each may take only so long, on a slow machine too. */
const PARTS = 5;

const PROPERTIES: Readonly<Record<string, (frames: readonly Frame[], pieces: Pieces) => void>> = {
  'after every piece, a page shows the text drawn in one go, or from its row'(frames) {
    for (const frame of frames) assertDrawn(frame);
  },

  'no text that comes later changes what has settled'(frames) {
    const settled = frames.filter(({ settledLength }, i) => settledLength !== frames[i - 1]?.settledLength);
    const last = frames.at(-1);
    for (const frame of settled) assertSettled(frame);
    if (last) for (const { settledLength } of settled) assertSettled({ ...last, settledLength });
  },

  'a stream that goes on from a row fits onto a page that was drawn from it'(frames, pieces) {
    const middle = Math.floor(frames.length / 2);
    frames.slice(0, -1).forEach((row, index) => {
      const last = index === middle ? frames.length : index + 2;
      const resumed = framesOf(pieces.slice(index + 1, last), row);
      for (const [place, { shown }] of resumed.entries())
        assert.equal(shown, frames[index + 1 + place]?.shown);
    });
  },

  'a frame fits onto a page that was drawn from the row before it'(frames) {
    let row = '';
    for (const frame of frames) {
      const page = new ShownPage(`<div id="message_1_body">${row}</div>`);
      page.carryOut(stepsOf(frame));
      assert.equal(page.html('message_1_body'), frame.shown);
      row = renderStreamed(frame.text, frame.settledLength);
    }
  },

  'what is settled never shrinks, and ends with a line'(frames) {
    let before = 0;
    for (const { text, settledLength } of frames) {
      assert.ok(settledLength >= before);
      assert.match(text.slice(0, settledLength), /^$|[\r\n]$/);
      before = settledLength;
    }
  },
};

// One pass for all: to stream a document takes as long as to hold a property against it. A shrunk counterexample is
// printed as the pieces of the document.
for (let part = 1; part <= PARTS; part++) {
  test(`whatever is written, in whatever pieces, all properties of a streamed text hold (${part} of ${PARTS})`, () => {
    const property = fc.property(streamedDocuments, pieces => {
      const frames = framesOf(pieces);
      for (const [name, holds] of Object.entries(PROPERTIES)) named(name, () => holds(frames, pieces));
    });
    fc.assert(property, { numRuns: Math.ceil(DOCUMENTS / PARTS) });
  });
}

/** @throws what `check` throws, with the name of what does not hold */
function named(name: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    throw new Error(`It does not hold that ${name}.`, { cause: error });
  }
}
