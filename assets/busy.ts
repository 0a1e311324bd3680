/** Whether a visit, or a form's answer, is on its way. */
export function isBusy(): boolean {
  return document.querySelector('html[aria-busy], form[aria-busy]') !== null;
}
