import { visit } from '@hotwired/turbo';
import { isBusy } from '../busy.ts';

/** A page that the server keeps rejecting must not visit itself in a circle. */
const NOT_AGAIN_WITHIN_MS = 60_000;

let last = { url: '', at: Number.NEGATIVE_INFINITY };
let isRedirected = false;
let isPending = false;

/**
 * Visits the page's own URL, so that the server can say what this page is to the reader now. A reader who is on the
 * way elsewhere is left alone: whoever deletes a conversation is led on by the answer to that. An answer that leads
 * nowhere is waited for.
 */
export function visitAgain(): void {
  isPending = isRedirected || isBusy();
  if (isPending) return;
  const url = location.href;
  const at = performance.now();
  if (last.url === url && at - last.at < NOT_AGAIN_WITHIN_MS) return;
  last = { url, at };
  visit(url, { action: 'replace' });
}

/** Between the end of a form and the visit to where its answer leads, Turbo marks nothing as busy. */
export function watchForms(): void {
  document.addEventListener('turbo:submit-end', ({ detail: { fetchResponse } }) => {
    isRedirected = fetchResponse?.redirected ?? false;
    if (isPending) visitAgain();
  });
  document.addEventListener('turbo:load', () => {
    isRedirected = isPending = false;
  });
}
