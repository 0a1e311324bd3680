import assert from 'node:assert/strict';
import { progressSteps } from '../../src/chat/message-steps.ts';
import { type MarkdownChange, MarkdownStream, renderStreamed } from '../../src/markdown/markdown-stream.ts';
import { renderBlocks, renderMarkdown } from '../../src/markdown/render-markdown.ts';
import { meaningful, ShownPage } from '../support/shown-page.ts';
import type { Pieces } from './streamed-documents.ts';

/** One change, and what has become of the text with it. */
export interface Frame extends MarkdownChange {
  readonly text: string;
  /** As a page shows it that has carried out the frames so far. */
  readonly shown: string;
}

/** Streams a text: from its beginning, or from a row, to a page that was drawn from it. */
export function framesOf(pieces: Pieces, { text, settledLength } = { text: '', settledLength: 0 }): Frame[] {
  const stream = new MarkdownStream(text, settledLength);
  const page = new ShownPage(`<div id="message_1_body">${renderStreamed(text, settledLength)}</div>`);
  let soFar = text;
  return pieces.map(piece => {
    const change = stream.append(piece);
    page.carryOut(stepsOf(change));
    soFar += piece;
    return { ...change, text: soFar, shown: page.html('message_1_body') };
  });
}

/** The page shows the text as it is drawn in one go. */
export function assertDrawn({ text, settledLength, shown }: Frame): void {
  assert.equal(shown, meaningful(renderStreamed(text, settledLength)));
}

/** That the text is cut in two, where it has settled, changes nothing of it. */
export function assertSettled({ text, settledLength }: Frame): void {
  const definitions = {};
  const settled = renderBlocks(text.slice(0, settledLength), definitions);
  const open = renderBlocks(text.slice(settledLength), definitions);
  assert.equal(meaningful(settled + open), meaningful(renderMarkdown(text)));
}

/** The live frame of a change. */
export function stepsOf(change: MarkdownChange): string {
  return progressSteps({ id: '1' }, { change, reasoning: '', version: 1 });
}
