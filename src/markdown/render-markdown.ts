import type { Env } from 'markdown-it';
import { outliner, parser } from './parser.ts';

/** The link reference definitions (`[label]: address`) of a text by their labels. */
export type Definitions = NonNullable<Env['references']>;

/** Draws a whole text as HTML that is safe to put into the page. */
export function renderMarkdown(text: string): string {
  return renderBlocks(text, {});
}

/** Draws whole top-level blocks. What they define is added to `definitions`; a label that is there already stays. */
export function renderBlocks(text: string, definitions: Definitions): string {
  return parser.render(text, { references: definitions });
}

/** Finds the definitions of a text without drawing it. */
export function definitionsIn(text: string): Definitions {
  const definitions: Definitions = {};
  outliner.parse(text, { references: definitions });
  return definitions;
}
