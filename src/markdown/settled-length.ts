import type { Token } from 'markdown-it';
import { outliner } from './parser.ts';

/** A top-level block: all its tokens, its first line, and the line after its last. */
interface Block {
  readonly opening: Token;
  readonly tokens: Token[];
  readonly start: number;
  readonly end: number;
}

type LineTest = (line: number) => boolean;

/** These cannot continue a link reference definition that is open before them, be it inside of a list or a quote. */
const DEFINITION_STOPPERS = new Set(['fence', 'hr', 'bullet_list_open', 'ordered_list_open']);

const ENDED_BY_BLANK_LINE = new Set([
  'paragraph_open',
  'table_open',
  'blockquote_open',
  'reference_definition',
]);

/**
 * How much of a text is settled: up to there it consists of whole top-level blocks that no further text can change,
 * and the rest can be parsed on its own. In UTF-16 units, always the start of a line. Only complete lines decide.
 */
export function settledLength(text: string): number {
  const starts = lineStarts(text);
  const blocks = topLevelBlocks(text.slice(0, starts.at(-1)));
  const isBlank: LineTest = line => /^[ \t]*[\r\n]/.test(text.slice(starts[line], starts[line + 1]));
  return starts[settledLines(blocks, isBlank)] ?? 0;
}

/** Where each complete line starts, and where the incomplete one does. Lines end as they do for markdown-it. */
function lineStarts(text: string): number[] {
  // A carriage return at the very end may be the first half of a line break.
  const breaks = text.matchAll(/\r\n|\n|\r(?!$)/g);
  return [0, ...breaks.map(({ 0: { length }, index }) => index + length)];
}

function topLevelBlocks(text: string): Block[] {
  const blocks: Block[] = [];
  for (const token of outliner.parse(text, {})) {
    if (token.level === 0 && token.map) {
      const [start, end] = token.map;
      blocks.push({ opening: token, tokens: [], start, end });
    }
    blocks.at(-1)?.tokens.push(token);
  }
  return blocks;
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

/**
 * Whether the text here is a definition or may become one. In markdown-it the label and the title of a definition go
 * on over lines that are something else as long as the definition is incomplete: after "[a]: /b", the lines `"title`
 * and "===" are a heading, until the line `"` makes them a title.
 */
function mayDefine({ type, content }: Token): boolean {
  return type === 'reference_definition' || (type === 'inline' && content.startsWith('['));
}

/** Whether the last block cannot grow or change, whatever follows. Lists and indented code can always go on. */
function isClosed(block: Block, definitionOpen: boolean, isBlank: LineTest): boolean {
  const { type } = block.opening;
  if (type === 'fence') return isClosedFence(block);
  if (type === 'hr') return true;
  if (isBlank(block.end)) return ENDED_BY_BLANK_LINE.has(type) || type === 'heading_open';
  return type === 'heading_open' && !definitionOpen && !mayBecomeTable(block);
}

function isClosedFence({ opening, start, end }: Block): boolean {
  const linesInside = opening.content.split('\n').length - 1;
  return linesInside < end - start - 1;
}

/** A table's head is looked for first, so that "# a | b" and then "--|--" is a table. */
function mayBecomeTable({ opening, tokens }: Block): boolean {
  return isAtxHeading(opening) && tokens.some(({ content }) => content.includes('|'));
}

function isAtxHeading({ type, markup }: Token): boolean {
  return type === 'heading_open' && markup.startsWith('#');
}
