import { type Definitions, definitionsIn, renderBlocks } from './render-markdown.ts';
import { settledLength } from './settled-length.ts';

/** What a piece of text changed, as safe HTML. */
export interface MarkdownChange {
  /** The blocks that settled with it, to be put after those that are settled; '' when none did. */
  readonly settled: string;
  /** The whole open tail, in place of the former one. */
  readonly open: string;
  /** How much of the text is settled now, in UTF-16 units. */
  readonly settledLength: number;
}

/**
 * Draws a text that grows. After each piece, everything that settled and the open tail are together what
 * `renderMarkdown` makes of the text so far, except that a link reference definition reaches only the blocks that
 * settle with it or later. A settled block is never looked at again.
 */
export class MarkdownStream {
  readonly #definitions: Definitions;
  #tail: string;
  #settledLength: number;

  /** Goes on from a text that is saved, and the length of it that had settled. */
  constructor(content = '', settledLength = 0) {
    this.#definitions = definitionsIn(content.slice(0, settledLength));
    this.#tail = content.slice(settledLength);
    this.#settledLength = settledLength;
  }

  append(text: string): MarkdownChange {
    this.#tail += text;
    const settled = /[\n\r]/.test(text) ? this.#settle() : '';
    return { settled, open: this.#drawTail(), settledLength: this.#settledLength };
  }

  #settle(): string {
    const length = settledLength(this.#tail);
    const settled = renderBlocks(this.#tail.slice(0, length), this.#definitions);
    this.#tail = this.#tail.slice(length);
    this.#settledLength += length;
    return settled;
  }

  #drawTail(): string {
    // What the tail defines may still change, so it goes into a layer of its own.
    return renderBlocks(this.#tail, Object.create(this.#definitions));
  }
}

/**
 * Draws a text in the two parts that a stream leaves in the page after the same text, except that the settled part
 * knows all of its own link reference definitions. A finished text is settled as a whole.
 */
export function renderSplit(content: string, settledLength: number): { settled: string; open: string } {
  const definitions: Definitions = {};
  const settled = renderBlocks(content.slice(0, settledLength), definitions);
  return { settled, open: renderBlocks(content.slice(settledLength), definitions) };
}
