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

/** Draws what follows a lead of so many tokens, or of a code block's first, blank line. */
export function renderFrom(
  lead: { readonly tokens: number; readonly isInCode: boolean },
  text: string,
  definitions: Definitions,
): string {
  const env = { references: definitions };
  const html = parser.renderer.render(parser.parse(text, env).slice(lead.tokens), parser.options, env);
  return lead.isInCode ? html.slice(html.indexOf('\n', html.indexOf('<code')) + 1) : html;
}

/** Finds the definitions of a text without drawing it. */
export function definitionsIn(text: string): Definitions {
  const definitions: Definitions = {};
  outliner.parse(text, { references: definitions });
  return definitions;
}
