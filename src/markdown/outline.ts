import type { Token } from 'markdown-it';
import { outliner } from './parser.ts';

/** A top-level block: all its tokens, its first line, and the line after its last. */
export interface Block {
  readonly opening: Token;
  readonly tokens: Token[];
  readonly start: number;
  readonly end: number;
}

/** The blocks of a text's complete lines. Only these decide: what the last line is may change with each letter. */
export interface Outline {
  readonly text: string;
  /** Where each complete line starts, and at last where the incomplete one does. */
  readonly starts: readonly number[];
  readonly blocks: readonly Block[];
}

export function outlineOf(text: string): Outline {
  const starts = lineStarts(text);
  return { text, starts, blocks: topLevelBlocks(text.slice(0, starts.at(-1))) };
}

/** A complete line, with the line break at its end. */
export function lineOf({ text, starts }: Outline, line: number): string {
  return text.slice(starts[line], starts[line + 1]);
}

/**
 * Whether the text here is a definition or may become one. In markdown-it the label and the title of a definition go
 * on over lines that are something else as long as the definition is incomplete: after "[a]: /b", the lines `"title`
 * and "===" are a heading, until the line `"` makes them a title.
 */
export function mayDefine({ type, content }: Token): boolean {
  return type === 'reference_definition' || (type === 'inline' && content.startsWith('['));
}

/** Lines end as they do for markdown-it. */
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
