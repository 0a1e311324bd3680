import { Controller } from '@hotwired/stimulus';
import { isNowhere, isWhereSent } from '../focus.ts';

/** Gives the keyboard a place to go on from when what has its focus, such as Stop, leaves the page. */
export class FocusController extends Controller<HTMLElement> {
  static override targets = ['field'];
  declare readonly fieldTarget: HTMLElement;

  /** The answer may have been drawn already, or be drawn in a moment. Where it changed nothing, the button is still there. */
  regain({ detail: { formSubmission, success } }: DocumentEventMap['turbo:submit-end']): void {
    const { formElement, submitter } = formSubmission;
    if (!submitter || !isWhereSent(formElement) || (success && hasOwnPlace(formElement))) return;
    const stays = submitter.isConnected && formElement.matches('[data-keeps-focus]');
    if (!stays && (success || !submitter.isConnected)) this.#focus();
    else if (isNowhere()) submitter.focus({ preventScroll: true });
  }

  /**
   * A reply that ends takes its Stop button with it, and a message that is deleted all of its own. Who has selected
   * something keeps that: a field with the focus would take it.
   */
  keepPlace({ detail }: DocumentEventMap['turbo:before-stream-render']): void {
    const { render } = detail;
    detail.render = async stream => {
      const { activeElement } = document;
      const wasInMessage = activeElement?.closest('.message') && !isOfPager(activeElement);
      await render(stream);
      if (wasInMessage && isNowhere() && getSelection()?.isCollapsed !== false) this.#focus();
    };
  }

  #focus(): void {
    if (!opensKeyboard()) this.fieldTarget.focus({ preventScroll: true });
  }
}

/** What is restored to the list takes the focus itself, where it is in view. */
function hasOwnPlace(form: HTMLFormElement): boolean {
  const list = document.getElementById('conversations');
  return isOfPager(form) || (form.matches('[data-restores]') && list?.checkVisibility() === true);
}

/** The pager of the version that is shown then takes the focus itself. */
function isOfPager(element: Element): boolean {
  return element.closest('[data-controller="pager"]') !== null;
}

/** On a touch screen the focus of a field would push the page up. */
function opensKeyboard(): boolean {
  return matchMedia('(hover: none)').matches;
}
