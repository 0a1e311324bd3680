import type { Env } from 'markdown-it';
import { withoutBegunLine } from './begun-line.ts';
import { isClosedFence } from './fence.ts';
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

/** Draws the end of a text that grows; what is half open in its last words, as if it were closed. */
export function renderOpenBlocks(text: string, definitions: Definitions): string {
  return parser.render(withoutBegunLine(text), { references: definitions, grows: true });
}

/** What comes before the text that is drawn: so many tokens, or a code block's first, blank line. */
interface Lead {
  readonly tokens: number;
  readonly isInCode: boolean;
}

/**
 * Draws what follows a lead, and may still grow or not.
 * @returns `undefined` where it closes the code in which it begins: that is highlighted as a whole
 */
export function renderFrom(
  lead: Lead,
  text: string,
  { grows, definitions }: { readonly grows: boolean; readonly definitions: Definitions },
): string | undefined {
  const env = { references: definitions, grows };
  const tokens = parser.parse(grows ? withoutBegunLine(text) : text, env).slice(lead.tokens);
  if (lead.isInCode && tokens[0] && isClosedFence(tokens[0])) return undefined;
  const html = parser.renderer.render(tokens, parser.options, env);
  return lead.isInCode ? html.slice(html.indexOf('\n', html.indexOf('<code')) + 1) : html;
}

/** Finds the definitions of a text without drawing it. */
export function definitionsIn(text: string): Definitions {
  const definitions: Definitions = {};
  outliner.parse(text, { references: definitions });
  return definitions;
}
