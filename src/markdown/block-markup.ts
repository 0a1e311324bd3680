import type { MarkdownIt, RendererRule, Token } from 'markdown-it';
import { isClosedFence } from './fence.ts';
import { highlight } from './highlight.ts';

/** The headings above these belong to the page and its messages. */
const HEADING_TAGS: Readonly<Record<string, string>> = {
  h1: 'h3',
  h2: 'h4',
  h3: 'h5',
  h4: 'h6',
  h5: 'h6',
  h6: 'h6',
};

/** What languages are called: `ts`, `c++`, `objective-c`, `asp.net`, `.env`. Other words after a fence are not shown. */
const LANGUAGE = /^[\w.][\w.+#-]{0,30}$/;

/** Draws headings, lists, tables and code in the shape that the page's styles and controllers expect. */
export function blockMarkup(markdownIt: MarkdownIt): void {
  markdownIt.core.ruler.push('block_markup', ({ tokens }) => tokens.forEach(reshape));
  const { escapeHtml, unescapeAll } = markdownIt.utils;
  const fence: RendererRule = (tokens, index) => {
    const token = tokens[index];
    const { info = '', content = '' } = token ?? {};
    const [word = ''] = unescapeAll(info).trim().split(/\s/, 1);
    const language = LANGUAGE.test(word) ? word : '';
    const code = content.replace(/\n$/, '');
    const highlighted = token && isClosedFence(token) ? highlight(code, language) : undefined;
    return codeBlock(language, highlighted ?? escapeHtml(code));
  };
  const indented: RendererRule = (tokens, index) =>
    codeBlock('', escapeHtml(tokens[index]?.content.replace(/\n$/, '') ?? ''));
  Object.assign(markdownIt.renderer.rules, {
    table_open: () => '<div class="table" role="group" aria-label="Table" tabindex="0"><table>\n',
    table_close: () => '</table></div>\n',
    fence,
    code_block: indented,
  });
}

function reshape(token: Token): void {
  // Whether a list is "tight" shows only at its end, and would change all of it: the text of an item is a paragraph.
  token.hidden = false;
  token.tag = HEADING_TAGS[token.tag] ?? token.tag;
  const alignment = /^text-align:(\w+)$/.exec(String(token.attrGet('style')))?.[1];
  // The page's Content-Security-Policy forbids style attributes.
  if (alignment) token.attrs = [['class', `align-${alignment}`]];
}

/** The header comes first, and no line break last, so that more can be appended to the code of an open block. */
function codeBlock(language: string, content: string): string {
  const languageClass = language ? ` class="language-${language}"` : '';
  return (
    '<div class="code" data-controller="copy">' +
    `<header><span>${language}</span><button type="button" data-action="copy#copy">Copy</button></header>` +
    `<pre><code${languageClass} data-copy-target="source">${content}</code></pre></div>\n`
  );
}
