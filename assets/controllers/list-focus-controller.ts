import { Controller } from '@hotwired/stimulus';
import { isNowhere } from '../focus.ts';

/** Keeps the keyboard in the list: on an item that moves or comes back, and by the place of one that is gone. */
export class ListFocusController extends Controller<HTMLElement> {
  static override targets = ['link', 'new'];
  declare readonly newTarget: HTMLElement;

  #focused: string | undefined;
  #restored: string | undefined;

  /** An item that moves is another element afterwards. */
  linkTargetConnected(): void {
    const place = this.#focused ?? this.#restored;
    const element = place && isFree() && this.element.querySelector<HTMLElement>(place);
    if (!element) return;
    element.focus({ preventScroll: true });
    this.#restored = undefined;
  }

  remember({ detail }: DocumentEventMap['turbo:before-stream-render']): void {
    const { activeElement } = document;
    const item = activeElement?.closest('#conversations > li');
    this.#focused = item ? `#${item.id} ${activeElement?.localName}` : undefined;
    if (!item) return;

    const { render } = detail;
    const next = item.nextElementSibling ?? item.previousElementSibling;
    detail.render = async stream => {
      await render(stream);
      // What moves is away for a moment.
      requestAnimationFrame(() => this.#goOn(next));
    };
  }

  /** What a menu offers was chosen: it closes, and the keyboard is where it was opened. */
  choose({ detail: { formSubmission } }: DocumentEventMap['turbo:submit-start']): void {
    const { formElement } = formSubmission;
    if (formElement.matches('.menu:popover-open')) formElement.hidePopover();
    const { restores } = formElement.dataset;
    this.#restored = restores && `#${restores} a`;
  }

  #goOn(next: Element | null | undefined): void {
    if (!isNowhere()) return;
    const link = next?.isConnected ? next.querySelector('a') : null;
    (link ?? this.newTarget).focus();
  }
}

/** The button that takes a deletion back loses the focus when the page is drawn next: what it brings may come before. */
function isFree(): boolean {
  return isNowhere() || document.activeElement?.closest('[data-restores]') != null;
}
