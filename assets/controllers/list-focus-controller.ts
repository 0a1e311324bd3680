import { Controller } from '@hotwired/stimulus';
import { isNowhere, isWhereSent } from '../focus.ts';

type SubmitEnd = CustomEvent<{
  readonly formSubmission: { readonly formElement: HTMLFormElement };
  readonly success?: boolean;
}>;

/** Keeps the keyboard in the list: on an item that moves, and by the place of one that is deleted. */
export class ListFocusController extends Controller<HTMLElement> {
  static override targets = ['link', 'new'];
  declare readonly newTarget: HTMLElement;

  #focused: string | undefined;
  #next: HTMLElement | undefined;

  /** An item that moves is another element afterwards. */
  linkTargetConnected(link: HTMLAnchorElement): void {
    if (link.href === this.#focused && isNowhere()) link.focus({ preventScroll: true });
  }

  remember(): void {
    const { activeElement } = document;
    const isLink = activeElement instanceof HTMLAnchorElement && this.element.contains(activeElement);
    this.#focused = isLink ? activeElement.href : undefined;
  }

  /** The item may be gone before its form's answer is there. */
  rememberNext({ target }: Event): void {
    const item = target instanceof Element ? target.closest('li') : null;
    const next = item?.nextElementSibling ?? item?.previousElementSibling;
    this.#next = next?.querySelector('a') ?? this.newTarget;
  }

  goOn({ detail: { formSubmission, success } }: SubmitEnd): void {
    const next = this.#next;
    this.#next = undefined;
    if (!next || !success || !isWhereSent(formSubmission.formElement)) return;
    (next.isConnected ? next : this.newTarget).focus();
  }
}
