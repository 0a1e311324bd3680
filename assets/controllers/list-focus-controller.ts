import { Controller } from '@hotwired/stimulus';
import { isNowhere, isWhereSent } from '../focus.ts';

/** Keeps the keyboard in the list: on an item that moves, and by the place of one that is deleted. */
export class ListFocusController extends Controller<HTMLElement> {
  static override targets = ['link', 'new'];
  declare readonly newTarget: HTMLElement;

  #focused: string | undefined;
  #nextTo = new WeakMap<HTMLFormElement, HTMLElement>();

  /** An item that moves is another element afterwards. */
  linkTargetConnected(): void {
    if (!this.#focused || !isNowhere()) return;
    this.element.querySelector<HTMLElement>(this.#focused)?.focus({ preventScroll: true });
  }

  remember(): void {
    const { activeElement } = document;
    const item = activeElement?.closest('#conversations > li');
    this.#focused = item ? `#${item.id} ${activeElement?.localName}` : undefined;
  }

  /** The item may be gone before its form's answer is there. */
  rememberNext({ detail: { formSubmission } }: DocumentEventMap['turbo:submit-start']): void {
    const { formElement } = formSubmission;
    const item = formElement.closest('li');
    const next = item?.nextElementSibling ?? item?.previousElementSibling;
    this.#nextTo.set(formElement, next?.querySelector('a') ?? this.newTarget);
  }

  goOn({ detail: { formSubmission, success } }: DocumentEventMap['turbo:submit-end']): void {
    const next = this.#nextTo.get(formSubmission.formElement);
    if (!next || !success || !isWhereSent(formSubmission.formElement)) return;
    (next.isConnected ? next : this.newTarget).focus();
  }
}
