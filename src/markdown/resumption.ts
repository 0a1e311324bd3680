import type { Token } from 'markdown-it';
import { isClosedFence } from './fence.ts';
import { lineOf, mayDefine, type Outline } from './outline.ts';

/** A place inside of an open block from which on the block can be drawn without what is before. */
export interface Resumption {
  /** Where the place is, as a line of the outline. */
  readonly line: number;
  /** Markdown that stands for what is before: it opens the same elements. */
  readonly lead: string;
  /** How many of the parser's tokens belong to the lead, and are not drawn. */
  readonly tokens: number;
  /** How many elements are open at the place, each the last child of the one around it. */
  readonly depth: number;
  /** Whether the place is in the text of a code block, which has no token of its own. */
  readonly isInCode: boolean;
  /** How many columns the table has whose row it is; 0 elsewhere. */
  readonly columns: number;
}

/** Where an item begins, and then the blanks before its content. */
const MARKER = /^([ \t]*(?:[-+*]|\d{1,9}[.)]))([ \t]*)/;

/** The last line of code, row or item of the only block, where that is a fence, a table or a list. */
export function findResumption(outline: Outline): Resumption | undefined {
  const [block, next] = outline.blocks;
  return block && !next ? inBlock(block.tokens, outline) : undefined;
}

function inBlock(tokens: readonly Token[], outline: Outline): Resumption | undefined {
  switch (tokens[0]?.type) {
    case 'fence':
      return inFence(tokens[0], outline);
    case 'table_open':
      return inTable(tokens, outline);
    case 'bullet_list_open':
    case 'ordered_list_open':
      return inList(tokens, outline);
  }
  return undefined;
}

function inFence(fence: Token, outline: Outline): Resumption | undefined {
  const [start, end] = linesOf(fence);
  if (end - start < 2 || isClosedFence(fence)) return undefined;
  // With a line of code, though blank: what looks like the second line of a table could make the fence the first one.
  return {
    line: end - 1,
    lead: `${leadLine(outline, start)}\n`,
    tokens: 0,
    depth: 3,
    isInCode: true,
    columns: 0,
  };
}

function inTable(tokens: readonly Token[], outline: Outline): Resumption | undefined {
  const body = tokens.findIndex(({ type }) => type === 'tbody_open');
  const lastRow = tokens.findLast(({ type }) => type === 'tr_open');
  if (body < 0 || !lastRow) return undefined;
  const [head] = linesOf(tokens[0]);
  const [line] = linesOf(lastRow);
  const columns = tokens.filter(({ type }) => type === 'th_open').length;
  const lead = leadLine(outline, head) + leadLine(outline, head + 1);
  return { line, lead, tokens: body + 1, depth: 3, isInCode: false, columns };
}

function inList(tokens: readonly Token[], outline: Outline): Resumption | undefined {
  const level = (tokens[0]?.level ?? 0) + 1;
  const items = tokens.flatMap((token, at) =>
    token.type === 'list_item_open' && token.level === level ? at : [],
  );
  const last = items.at(-1) ?? 0;
  const inner = inItem(tokens.slice(last, -1), outline);
  if (inner || items.length < 2) return inner;
  const [line] = linesOf(tokens[last]);
  const [, marker] = MARKER.exec(lineOf(outline, line)) ?? [];
  // Another item before it: the first one could begin a table. The list, and the item's five tokens.
  return marker
    ? { line, lead: `${marker} x\n`, tokens: 6, depth: 1, isInCode: false, columns: 0 }
    : undefined;
}

/** In the last block of an item. A word stands for all that is before that block; its own line begins with the marker. */
function inItem(tokens: readonly Token[], outline: Outline): Resumption | undefined {
  const [item, first] = tokens;
  const [start] = linesOf(item);
  const last = tokens.findLastIndex(({ level, nesting }) => level === first?.level && nesting >= 0);
  const block = tokens.slice(last, -1);
  const [marker, , blanks] = MARKER.exec(lineOf(outline, start)) ?? [];
  if (!blanks || linesOf(first)[0] !== start || first?.type === 'code_block') return undefined;
  const inner = inBlock(block, outline);
  if (!inner) return undefined;
  const depth = 2 + inner.depth;
  if (block[0] === first) {
    // A table by itself would take the marker into its head: only the item before it makes it one in a list.
    const standsAlone = !/_list_open$|^table_open$/.test(block[0]?.type ?? '');
    return standsAlone ? { ...inner, tokens: 2 + inner.tokens, depth } : undefined;
  }
  // Fences and lists end what could be a definition before them, and a word may stand for that too.
  if (block[0]?.type === 'table_open' && tokens.slice(0, last).some(mayDefine)) return undefined;
  // The list, the item, and the paragraph's three.
  return { ...inner, lead: `${marker}x\n\n${inner.lead}`, tokens: 5 + inner.tokens, depth };
}

/** A line of the text, whose break does not become one with a line feed after it. */
function leadLine(outline: Outline, line: number): string {
  return lineOf(outline, line).replace(/\r$/, '\n');
}

function linesOf(token: Token | undefined): readonly [number, number] {
  return token?.map ?? [0, 0];
}
