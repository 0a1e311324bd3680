import type { MarkdownIt, RendererRule, StateBlock, StateInline } from 'markdown-it';
import { formula, LONGEST_FORMULA } from './formula.ts';

/** What ends a block of TeX, in the line in which it stands; a full stop after it belongs to the formula. */
const CLOSINGS: Readonly<Record<string, RegExp>> = {
  $$: /\$\$([.,;:]?)[ \t]*$/,
  '\\[': /(?<!\\)\\\]([.,;:]?)[ \t]*$/,
};

/** A block's source, with its TeX and the sign after it. */
const BLOCK = /^(?:\$\$|\\\[)([\s\S]*?)(?:\$\$|\\\])([.,;:]?)\s*$/;

/**
 * Formulas in a text: `$$…$$`, `\[…\]`, `\(…\)`, and `$…$` by pandoc's rule, so that prices stay prices: no blank after
 * the first dollar and before the last one, no digit after that. Letters may stand around it, as in "the $n$th" and in
 * languages that write no blanks; a name in capitals that another dollar follows is a shell's: `$HOME/$USER`.
 */
const INLINE = new RegExp(
  [
    /\$\$(?!\$)(?<dollars>[\s\S]{1,MAX}?)\$\$/,
    /\\\[(?<brackets>[\s\S]{1,MAX}?)\\\]/,
    /\\\((?<parentheses>[\s\S]{1,MAX}?)\\\)/,
    /\$(?![\s$]|[A-Z_]{2}[^$\n]{0,MAX}\$[A-Z_])(?<dollar>(?:[^\\$\n]|\\[^\n]){1,MAX})(?<!\s)\$(?!\d)/,
  ]
    .map(({ source }) => source.replaceAll('MAX', String(LONGEST_FORMULA)))
    .join('|'),
  'y',
);

/** A formula that has begun; a lone dollar only where it looks like one. */
const BEGUN_INLINE = /\$\$|\\[[(]|\$(?![\s\d$])(?:(?!\*\*)[^`$\n])*$/y;

/**
 * TeX becomes MathML once its formula is closed; until then, and where it cannot be understood, it stays the text that
 * it is. A block of it begins a line, goes on whatever its lines look like, and ends with its closing, or unclosed with
 * a blank line: what has begun by mistake takes nothing beyond its paragraph.
 */
export function math(markdownIt: MarkdownIt): void {
  mathBlocks(markdownIt);
  const { escapeHtml } = markdownIt.utils;
  const inParagraph = (source: string) => `<p>${escapeHtml(source).replaceAll('\n', '<br>\n')}</p>\n`;
  markdownIt.inline.ruler.before('escape', 'formula', inlineFormula);
  Object.assign(markdownIt.renderer.rules, {
    formula_block: (tokens, index) => {
      const { content = '' } = tokens[index] ?? {};
      const [, tex = '', sign = ''] = BLOCK.exec(content) ?? [];
      const drawn = formula(tex + sign, 'display');
      return drawn
        ? `<div class="math" role="group" aria-label="Formula" tabindex="0">${drawn}</div>\n`
        : inParagraph(content);
    },
    begun_formula_block: (tokens, index) => inParagraph(tokens[index]?.content ?? ''),
    formula: (tokens, index) => {
      const { content = '', info = '', markup } = tokens[index] ?? {};
      const drawn = formula(info, markup === 'display' ? 'display' : 'inline');
      return drawn ? `<span class="math math--${markup}">${drawn}</span>` : escapeHtml(content);
    },
  } satisfies Record<string, RendererRule>);
}

/** The rule that finds blocks, by itself. */
export function mathBlocks(markdownIt: MarkdownIt): void {
  const alt = ['paragraph', 'reference', 'blockquote', 'list'];
  markdownIt.block.ruler.before('table', 'formula_block', formulaBlock, { alt });
}

function formulaBlock(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  if ((state.sCount[startLine] ?? 0) - state.blkIndent >= 4) return false;
  const first = textOf(state, startLine);
  const [opening = ''] = /^(?:\$\$(?!\$)|\\\[)/.exec(first) ?? [];
  const closing = CLOSINGS[opening];
  if (!closing || goesOnAfter(opening, closing, first)) return false;
  if (silent) return true;
  const isClosedIn = (line: number) =>
    closing.test(line === startLine ? first.slice(opening.length) : textOf(state, line));
  const isOutside = (line: number) =>
    line >= endLine || state.isEmpty(line) || (state.sCount[line] ?? 0) < state.blkIndent;
  let last = startLine;
  while (!isClosedIn(last) && !isOutside(last + 1)) last += 1;
  state.line = last + 1;
  const token = state.push(isClosedIn(last) ? 'formula_block' : 'begun_formula_block', '', 0);
  token.content = state.getLines(startLine, state.line, state.blkIndent, false).trim();
  token.map = [startLine, state.line];
  return true;
}

/** Whether the line closes its formula and says more: then it is a text that begins with one. */
function goesOnAfter(opening: string, closing: RegExp, line: string): boolean {
  const rest = line.slice(opening.length);
  const end = rest.indexOf(opening === '$$' ? '$$' : '\\]');
  return end >= 0 && rest.search(closing) !== end;
}

function textOf(state: StateBlock, line: number): string {
  return state.src.slice((state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0), state.eMarks[line]);
}

function inlineFormula(state: StateInline, silent: boolean): boolean {
  const { src, pos, posMax } = state;
  if (src[pos] !== '$' && src[pos] !== '\\') return false;
  INLINE.lastIndex = pos;
  const found = INLINE.exec(src);
  if (!found || INLINE.lastIndex > posMax) return begunFormula(state, silent);
  state.pos = INLINE.lastIndex;
  if (silent) return true;
  const { dollars, brackets, parentheses, dollar } = found.groups ?? {};
  const token = state.push('formula', '', 0);
  token.content = found[0];
  token.info = dollars ?? brackets ?? parentheses ?? dollar ?? '';
  token.markup = (dollars ?? brackets) ? 'display' : 'inline';
  return true;
}

/** At the end of a text that grows: what comes is TeX, though it looks like something else. */
function begunFormula(state: StateInline, silent: boolean): boolean {
  BEGUN_INLINE.lastIndex = state.pos;
  if (!state.env.isHalfOpen || !BEGUN_INLINE.test(state.src)) return false;
  if (!silent) state.pending += state.src.slice(state.pos, state.posMax);
  state.pos = state.posMax;
  return true;
}
