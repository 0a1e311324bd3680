import Markdown, { type MarkdownIt, type Token } from 'markdown-it';

/** Says where a link leads, where its words do not: `the docs` becomes `the docs example.com`. */
export function linkHosts(markdownIt: MarkdownIt): void {
  markdownIt.core.ruler.after('safe_links', 'link_hosts', ({ tokens }) => {
    for (const token of tokens) if (token.children) token.children = withHosts(token.children);
  });
}

/** Links do not stand inside of links. */
function withHosts(tokens: readonly Token[]): Token[] {
  const result: Token[] = [];
  let host = '';
  let words = '';
  for (const token of tokens) {
    if (token.type === 'link_open') {
      host = hostOf(String(token.attrGet('href')));
      words = '';
    }
    if (token.type === 'link_close' && !words.toLowerCase().includes(host)) result.push(...hostTokens(host));
    words += token.content;
    result.push(token);
  }
  return result;
}

/** A host name as it is asked for, so that no letters from elsewhere pose as others; or a mail address. */
function hostOf(address: string): string {
  const url = URL.parse(address);
  return url?.protocol === 'mailto:' ? url.pathname.toLowerCase() : (url?.host.replace(/^www\./, '') ?? '');
}

function hostTokens(host: string): Token[] {
  const open = new Markdown.Token('link_host_open', 'span', 1);
  open.attrSet('class', 'link-host');
  const text = new Markdown.Token('text', '', 0);
  text.content = ` ${host}`;
  return [open, text, new Markdown.Token('link_host_close', 'span', -1)];
}
