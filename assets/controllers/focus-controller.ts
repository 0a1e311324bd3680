import { Controller } from '@hotwired/stimulus';

type SubmitEnd = CustomEvent<{ readonly formSubmission: { readonly formElement: HTMLFormElement } }>;

/** Gives the keyboard a place to go on from when the button that it pressed, such as Stop, leaves the page. */
export class FocusController extends Controller<HTMLElement> {
  static override targets = ['field'];
  declare readonly fieldTarget: HTMLElement;

  /** The answer may have been drawn already, or be drawn in a moment. */
  regain({ detail: { formSubmission } }: SubmitEnd): void {
    const { activeElement } = document;
    const isLost = !activeElement || activeElement === document.body;
    if (!isLost && !formSubmission.formElement.contains(activeElement)) return;
    if (!opensKeyboard()) this.fieldTarget.focus({ preventScroll: true });
  }
}

/** On a touch screen the focus of a field would push the page up. */
function opensKeyboard(): boolean {
  return matchMedia('(hover: none)').matches;
}
