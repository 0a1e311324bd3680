import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { progressSteps } from '../../src/chat/message-steps.ts';
import { MarkdownStream } from '../../src/markdown/markdown-stream.ts';
import { streamedDocuments } from '../markdown/streamed-documents.ts';

/** From which version to which each step leads. */
function spansIn(steps: string): { from: number; version: number }[] {
  return [...steps.matchAll(/ data-from="([\d.]+)" data-version="([\d.]+)"/g)].map(([, from, version]) => ({
    from: Number(from),
    version: Number(version),
  }));
}

function assertLeads(steps: string, from: number, version: number): void {
  const spans = spansIn(steps);
  const reached = spans.map(span => span.version);
  assert.deepEqual(
    spans.map(span => span.from),
    [from, ...reached.slice(0, -1)],
  );
  assert.equal(reached.at(-1), version);
}

test('the steps of a batch lead from the version before it to its own, without a gap', () => {
  const property = fc.property(streamedDocuments, fc.boolean(), (pieces, thinks) => {
    const stream = new MarkdownStream();
    for (const [before, piece] of pieces.entries()) {
      const progress = { change: stream.append(piece), reasoning: thinks ? 'So.' : '', version: before + 1 };
      assertLeads(progressSteps({ id: '1' }, progress), before, before + 1);
    }
  });
  fc.assert(property, { numRuns: 300 });
});

test('a batch that shows nothing new is a step all the same', () => {
  const stream = new MarkdownStream('Words');
  const change = stream.append(' ');
  assert.deepEqual(change.edits, []);
  assertLeads(progressSteps({ id: '1' }, { change, reasoning: '', version: 8 }), 7, 8);
});
