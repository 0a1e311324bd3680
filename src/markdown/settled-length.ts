import type { Token } from 'markdown-it';
import { isClosedFence } from './fence.ts';
import { type Block, lineOf, mayDefine, type Outline } from './outline.ts';

type LineTest = (line: number) => boolean;

/** These cannot continue a link reference definition that is open before them, be it inside of a list or a quote. */
const DEFINITION_STOPPERS = new Set([
  'fence',
  'formula_block',
  'begun_formula_block',
  'hr',
  'bullet_list_open',
  'ordered_list_open',
]);

const ENDED_BY_BLANK_LINE = new Set([
  'paragraph_open',
  'table_open',
  'blockquote_open',
  'begun_formula_block',
  'reference_definition',
]);

/**
 * How much of a text is settled: up to there it consists of whole top-level blocks that no further text can change,
 * and the rest can be parsed on its own. In UTF-16 units, always the start of a line.
 */
export function settledLength(outline: Outline): number {
  const isBlank: LineTest = line => /^[ \t]*[\r\n]/.test(lineOf(outline, line));
  return outline.starts[settledLines(outline.blocks, isBlank)] ?? 0;
}

/** A block that another one follows is settled, but for what a link reference definition may still swallow. */
function settledLines(blocks: readonly Block[], isBlank: LineTest): number {
  let settled = 0;
  let definitionOpen = false;
  for (const block of blocks) {
    if (stopsDefinitions(block) || isBlank(block.start - 1)) definitionOpen = false;
    if (!definitionOpen) settled = block.start;
    definitionOpen ||= block.tokens.some(mayDefine);
  }
  const last = blocks.at(-1);
  return last && isClosed(last, definitionOpen, isBlank) ? last.end : settled;
}

function stopsDefinitions({ opening }: Block): boolean {
  return DEFINITION_STOPPERS.has(opening.type) || isAtxHeading(opening);
}

/** Whether the last block cannot grow or change, whatever follows. Lists and indented code can always go on. */
function isClosed(block: Block, definitionOpen: boolean, isBlank: LineTest): boolean {
  const { type } = block.opening;
  if (type === 'fence') return isClosedFence(block.opening);
  if (type === 'hr' || type === 'formula_block') return true;
  if (isBlank(block.end)) return ENDED_BY_BLANK_LINE.has(type) || type === 'heading_open';
  return type === 'heading_open' && !definitionOpen && !mayBecomeTable(block);
}

/** A table's head is looked for first, so that "# a | b" and then "--|--" is a table. */
function mayBecomeTable({ opening, tokens }: Block): boolean {
  return isAtxHeading(opening) && tokens.some(({ content }) => content.includes('|'));
}

function isAtxHeading({ type, markup }: Token): boolean {
  return type === 'heading_open' && markup.startsWith('#');
}
