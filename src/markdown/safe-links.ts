import Markdown, { type MarkdownIt, type Token } from 'markdown-it';

/** Absolute addresses only: a reply has no base, so a relative one would lead into this application. */
const SAFE_ADDRESS = /^(?:https?:\/\/|mailto:)/i;

/**
 * Makes markdown-it's links safe. A link that does not lead to `http:`, `https:` or `mailto:` leaves its words as text,
 * a link inside a link likewise, and an image becomes a link to it, so that nothing is loaded from elsewhere.
 */
export function safeLinks(markdownIt: MarkdownIt): void {
  markdownIt.core.ruler.push('safe_links', state => {
    for (const token of state.tokens) {
      if (token.children) token.children = withSafeLinks(token.children);
    }
  });
}

function withSafeLinks(tokens: readonly Token[]): Token[] {
  const result: Token[] = [];
  const openLinks: { readonly kept: boolean }[] = [];
  const insideLink = () => openLinks.some(({ kept }) => kept);
  for (const token of tokens) {
    if (token.type === 'link_open') {
      const kept = !insideLink() && isSafe(token.attrGet('href'));
      openLinks.push({ kept });
      if (kept) result.push(leadingAway(token));
    } else if (token.type === 'link_close') {
      if (openLinks.pop()?.kept) result.push(token);
    } else if (token.type === 'image') {
      result.push(...imageLink(token, insideLink()));
    } else {
      result.push(token);
    }
  }
  return result;
}

function isSafe(address: string | number | null): boolean {
  return SAFE_ADDRESS.test(String(address));
}

function leadingAway(link: Token): Token {
  link.attrSet('target', '_blank');
  link.attrSet('rel', 'noopener noreferrer nofollow');
  return link;
}

function imageLink(image: Token, insideLink: boolean): Token[] {
  const address = image.attrGet('src');
  const words = textToken(description(image.children ?? []) || host(String(address)) || 'Image');
  if (insideLink || !isSafe(address)) return [words];
  const link = new Markdown.Token('link_open', 'a', 1);
  link.attrSet('href', String(address));
  return [leadingAway(link), words, new Markdown.Token('link_close', 'a', -1)];
}

function description(tokens: readonly Token[]): string {
  const words = tokens.map(token => {
    if (token.children) return description(token.children);
    return token.type.endsWith('break') ? ' ' : token.content;
  });
  return words.join('').trim();
}

function host(address: string): string {
  return URL.parse(address)?.host ?? '';
}

function textToken(content: string): Token {
  const token = new Markdown.Token('text', '', 0);
  token.content = content;
  return token;
}
