import { visit } from '@hotwired/turbo';

/** A page that the server keeps rejecting must not visit itself in a circle. */
const NOT_AGAIN_WITHIN_MS = 60_000;

let last = { url: '', at: Number.NEGATIVE_INFINITY };

/**
 * Visits the page's own URL, so that the server can say what this page is to the reader now. A reader who is on the
 * way elsewhere is left alone: whoever deletes a conversation is led on by the answer to that.
 */
export function visitAgain(): void {
  if (document.querySelector('html[aria-busy], form[aria-busy]')) return;
  const url = location.href;
  const at = performance.now();
  if (last.url === url && at - last.at < NOT_AGAIN_WITHIN_MS) return;
  last = { url, at };
  visit(url, { action: 'replace' });
}
