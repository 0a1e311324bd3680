import { visit } from '@hotwired/turbo';

/** A page that the server keeps rejecting must not visit itself in a circle. */
const NOT_AGAIN_WITHIN_MS = 60_000;

let last = { url: '', at: Number.NEGATIVE_INFINITY };
let isRedirected = false;

/**
 * Visits the page's own URL, so that the server can say what this page is to the reader now. A reader who is on the
 * way elsewhere is left alone: whoever deletes a conversation is led on by the answer to that.
 */
export function visitAgain(): void {
  if (isRedirected || document.querySelector('html[aria-busy], form[aria-busy]')) return;
  const url = location.href;
  const at = performance.now();
  if (last.url === url && at - last.at < NOT_AGAIN_WITHIN_MS) return;
  last = { url, at };
  visit(url, { action: 'replace' });
}

/** Between the end of a form and the visit to where its answer leads, Turbo marks nothing as busy. */
export function noticeRedirects(): void {
  document.addEventListener('turbo:submit-end', ({ detail: { fetchResponse } }) => {
    isRedirected = fetchResponse?.redirected ?? false;
  });
  document.addEventListener('turbo:load', () => {
    isRedirected = false;
  });
}
