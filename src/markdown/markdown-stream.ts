import { type Edit, findEdits } from './edits.ts';
import { type Outline, outlineOf } from './outline.ts';
import {
  type Definitions,
  definitionsIn,
  renderBlocks,
  renderFrom,
  renderOpenBlocks,
} from './render-markdown.ts';
import { findResumption, type Resumption } from './resumption.ts';
import { settledLength } from './settled-length.ts';

/** What a piece of text changed. */
export interface MarkdownChange {
  /** To be made one after the other in the HTML that was drawn before. */
  readonly edits: readonly Edit[];
  /** How much of the text is settled now, in UTF-16 units. */
  readonly settledLength: number;
}

/** What follows the place from which on the open tail is drawn. */
interface Drawing {
  /** How much of the text that was drawn has settled, with the lead. */
  readonly length: number;
  /** What has settled and what is open; `undefined` where that cannot be drawn from the place on. */
  readonly settled: string | undefined;
  readonly open: string | undefined;
  /** What the settled part defines. */
  readonly definitions: Definitions;
  /** Whether any of it defines something. */
  readonly defines: boolean;
  /** Of what was drawn; only where a line was completed, and yet nothing has settled. */
  readonly outline: Outline | undefined;
}

/** From where on the tail is drawn; `start` is the place in the tail. */
type Place = Omit<Resumption, 'line'> & { readonly start: number };

/** Where drawing begins when nothing is left out. */
const BEGINNING: Place = { lead: '', tokens: 0, depth: 0, isInCode: false, columns: 0, start: 0 };

/** markdown-it completes as many cells in the short rows of a table, and then takes the table for ended. */
const MOST_CELLS = 65_536;

/**
 * Draws a text that grows. After each piece, what the edits leave is what `renderStreamed` makes of the text so far,
 * except that a link reference definition reaches only the blocks that settle with it or later. A settled block is
 * never looked at again, and an open fence, list or table only from its last line, item or row on.
 */
export class MarkdownStream {
  readonly #definitions: Definitions;
  #tail: string;
  #settledLength: number;
  /** Each inside of the one before: an item of a list, the code in that item. The last one is where drawing begins. */
  #places: Place[] = [];
  /** What is drawn from there on. */
  #html: string;

  /** Goes on from a text that is saved, and the length of it that had settled. */
  constructor(content = '', settledLength = 0) {
    this.#definitions = definitionsIn(content.slice(0, settledLength));
    this.#tail = content.slice(settledLength);
    this.#settledLength = settledLength;
    this.#html = this.#draw(false).open ?? '';
  }

  append(text: string): MarkdownChange {
    const tail = this.#tail;
    this.#tail += text;
    const completesLine = /[\n\r]/.test(text);
    for (let before = this.#html; ; before = this.#render(tail)) {
      const drawing = this.#draw(completesLine);
      const html = this.#reachesBack(drawing) ? undefined : htmlOf(drawing);
      const edits = html === undefined ? undefined : findEdits(before, html, this.#place);
      if (edits) {
        this.#settle(drawing);
        if (drawing.outline && !drawing.defines) this.#resume(drawing.outline);
        return { edits, settledLength: this.#settledLength };
      }
      this.#places.pop(); // at the beginning there always are edits
    }
  }

  get #place(): Place {
    return this.#places.at(-1) ?? BEGINNING;
  }

  /** Whether what is drawn may change what is before it. */
  #reachesBack({ defines }: Drawing): boolean {
    return this.#place.depth > 0 && (defines || this.#mayEndTable(this.#place.columns));
  }

  #render(tail: string): string {
    const { lead, start } = this.#place;
    const definitions: Definitions = Object.create(this.#definitions);
    return renderFrom(this.#place, lead + tail.slice(start), { grows: true, definitions }) ?? '';
  }

  #draw(completesLine: boolean): Drawing {
    const place = this.#place;
    const source = place.lead + this.#tail.slice(place.start);
    const outline = completesLine ? outlineOf(source) : undefined;
    const length = outline ? settledLength(outline) : 0;
    const definitions: Definitions = Object.create(this.#definitions);
    // What the tail defines may still change, so it goes into a layer of its own.
    const tentative: Definitions = Object.create(definitions);
    const settled =
      length > 0 ? renderFrom(place, source.slice(0, length), { grows: false, definitions }) : '';
    const open =
      length > 0
        ? renderOpenBlocks(source.slice(length), tentative)
        : renderFrom(place, source, { grows: true, definitions: tentative });
    const defines = Object.keys(definitions).length + Object.keys(tentative).length > 0;
    return { length, settled, open, definitions, defines, outline: length > 0 ? undefined : outline };
  }

  #settle({ length, open, definitions }: Drawing): void {
    this.#html = open ?? '';
    if (length === 0) return;
    const settled = this.#place.start + length - this.#place.lead.length;
    Object.assign(this.#definitions, definitions);
    this.#tail = this.#tail.slice(settled);
    this.#settledLength += settled;
    this.#places = [];
  }

  /** Looks for a place further on. */
  #resume(outline: Outline): void {
    const found = findResumption(outline);
    if (!found || this.#mayEndTable(found.columns)) return;
    const start = this.#place.start + (outline.starts[found.line] ?? 0) - this.#place.lead.length;
    if (start <= this.#place.start) return;
    const places = this.#places;
    this.#places = [...places.filter(({ depth }) => depth < found.depth), { ...found, start }];
    const html = this.#render(this.#tail);
    if (this.#html.endsWith(html)) this.#html = html;
    else this.#places = places;
  }

  /** Whether a table with so many columns may lack as many cells as end it. */
  #mayEndTable(columns: number): boolean {
    return columns > 0 && columns * (this.#tail.match(/\r\n?|\n/g)?.length ?? 0) > MOST_CELLS;
  }
}

function htmlOf({ settled, open }: Drawing): string | undefined {
  return settled === undefined || open === undefined ? undefined : settled + open;
}

/**
 * Draws a text as a stream leaves it in the page, except that the settled part knows all of its own link reference
 * definitions.
 */
export function renderStreamed(content: string, settledLength: number): string {
  const definitions: Definitions = {};
  const settled = renderBlocks(content.slice(0, settledLength), definitions);
  return settled + renderOpenBlocks(content.slice(settledLength), definitions);
}
