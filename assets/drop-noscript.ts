/**
 * Turbo puts the page of an error in place just as it was parsed, which was without scripts: what stands in a `<noscript>`
 * of its head would take effect, and hide from then on what needs scripts.
 */
export function dropNoscript(): void {
  document.addEventListener('turbo:before-render', ({ detail }) => {
    const { head } = detail.newBody.ownerDocument;
    if (head === document.head) return;
    for (const element of head.querySelectorAll('noscript')) element.remove();
  });
}
