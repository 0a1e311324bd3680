import type { MarkdownIt, Token } from 'markdown-it';

/** Leaves out the cells by which a table completes the row that is being written: it ends where its words do. */
export function openRow(markdownIt: MarkdownIt): void {
  markdownIt.core.ruler.push('open_row', ({ env, src, tokens }) => {
    if (!env.grows || src.endsWith('\n')) return;
    let end = tokens.findLastIndex(({ nesting, type }) => nesting >= 0 || type === 'td_close');
    for (; isEmptyCell(tokens, end) && tokens[end - 3]?.type === 'td_close'; end -= 3)
      tokens.splice(end - 2, 3);
  });
}

/** Whether a cell without content ends there. */
function isEmptyCell(tokens: readonly Token[], end: number): boolean {
  return tokens[end]?.type === 'td_close' && tokens[end - 1]?.content === '';
}
