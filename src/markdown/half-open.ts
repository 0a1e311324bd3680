import type { Delimiter, MarkdownIt, StateCore, StateInline, Token } from 'markdown-it';

const TRAILING_SIGNS = /(?:[*_~]+|\\)$/y;

/** Words that a link may have; a bracket that has not been closed for longer was meant as such. */
const OPEN_WORDS = /!?\[[^\n]{0,100}$/y;

/** From the end of a link's words on: an address, and perhaps a title, that go on at the end of the text. */
const HALF_ADDRESS = /\](?:\((?:\s*(?:<[^<>\n]*>?|[^\s<]\S*)?(?:\s+(?:"[^"]*"?|'[^']*'?)?)?)?)?$/y;

/**
 * Draws the end of a text that grows as if what is open there were closed: `**bol` is bold already, the words of a link
 * stand without its half address, and signs that nothing follows yet do not show. So nothing shows for a moment that is
 * gone with the next word.
 */
export function halfOpen(markdownIt: MarkdownIt): void {
  markdownIt.core.ruler.at('inline', parseInline);
  const { ruler, ruler2 } = markdownIt.inline;
  ruler.before('escape', 'trailing_signs', atTheEnd(trailingSigns));
  ruler.before('backticks', 'half_open_code', atTheEnd(halfOpenCode));
  ruler.after('image', 'half_open_link', atTheEnd(halfOpenLink));
  ruler2.after('balance_pairs', 'half_open_emphasis', closeEmphasis);
}

/** markdown-it's own rule, which also says where the text may go on. */
function parseInline({ tokens, md, env }: StateCore): void {
  const last = env.grows ? lastText(tokens) : undefined;
  for (const token of tokens) {
    if (token.type !== 'inline') continue;
    const content = token === last ? withoutTableHead(token, tokens) : token.content;
    md.inline.parse(content, md, token === last ? { ...env, isHalfOpen: true } : env, token.children ?? []);
  }
}

/** The text at the very end. A table completes its last row by empty cells. */
function lastText(tokens: readonly Token[]): Token | undefined {
  const isAfterText = ({ type, nesting, content }: Token) =>
    nesting < 0 || type === 'td_open' || (type === 'inline' && !content);
  const last = tokens.findLast(token => !isAfterText(token));
  return last?.type === 'inline' ? last : undefined;
}

/** Only the line after the head of a table makes it one. */
function withoutTableHead(token: Token, tokens: readonly Token[]): string {
  const isParagraph = tokens[tokens.indexOf(token) - 1]?.type === 'paragraph_open';
  return isParagraph ? token.content.replace(/(?:^|\n)\|[^\n]{0,300}$/, '') : token.content;
}

type Rule = (state: StateInline, silent: boolean) => boolean;

function atTheEnd(rule: Rule): Rule {
  return (state, silent) => Boolean(state.env.isHalfOpen) && rule(state, silent);
}

/** Signs that could open or close something with what comes. Whatever they close is closed at the end anyway. */
function trailingSigns(state: StateInline): boolean {
  TRAILING_SIGNS.lastIndex = state.pos;
  if (!TRAILING_SIGNS.test(state.src)) return false;
  state.pos = state.src.length;
  return true;
}

function halfOpenCode(state: StateInline, silent: boolean): boolean {
  const { src, pos, posMax } = state;
  if (src[pos] !== '`') return false;
  const [marker = ''] = /^`+/.exec(src.slice(pos)) ?? [];
  const closing = new RegExp(`(?<!\`)${marker}(?!\`)`, 'g');
  closing.lastIndex = pos + marker.length;
  if (closing.test(src)) return false;
  const code = src.slice(pos + marker.length, posMax);
  const content = code.replace(/`+$/, '').replaceAll('\n', ' ').trimStart();
  if (content && !silent) Object.assign(state.push('code_inline', 'code', 0), { content, markup: marker });
  state.pos = posMax;
  return true;
}

function halfOpenLink(state: StateInline, silent: boolean): boolean {
  const { src, pos, posMax } = state;
  const words = src[pos] === '!' ? pos + 2 : pos + 1;
  if (src[words - 1] !== '[') return false;
  const end = state.md.helpers.parseLinkLabel(state, words - 1);
  OPEN_WORDS.lastIndex = pos;
  HALF_ADDRESS.lastIndex = end;
  if (end < 0 ? !OPEN_WORDS.test(src) : !HALF_ADDRESS.test(src)) return false;
  state.pos = words;
  if (end < 0) return true;
  if (!silent) {
    state.posMax = end;
    state.md.inline.tokenize(state);
  }
  state.pos = posMax;
  state.posMax = posMax;
  return true;
}

/** Adds what closes the emphasis that is open at the end, the innermost first. */
function closeEmphasis(state: StateInline): void {
  if (!state.env.isHalfOpen) return;
  const { delimiters } = state;
  const open: Delimiter[] = [];
  for (let index = 0; index < delimiters.length; index++) {
    const delimiter = delimiters[index];
    if (delimiter && delimiter.end >= 0) index = delimiter.end;
    else if (delimiter?.open) open.push(delimiter);
  }
  for (const delimiter of open.toReversed()) {
    delimiter.end = delimiters.length;
    state.push('text', '', 0);
    delimiters.push({ ...delimiter, token: state.tokens.length - 1, end: -1, open: false, close: true });
  }
}
