/** Where the focus is once the element that had it is gone, or disabled. */
export function isNowhere(): boolean {
  return !document.activeElement || document.activeElement === document.body;
}

/** Whether nobody has put the focus elsewhere since this form was sent. */
export function isWhereSent(form: HTMLFormElement): boolean {
  return isNowhere() || form.contains(document.activeElement);
}
