import { Controller } from '@hotwired/stimulus';

type SubmitEnd = CustomEvent<{
  readonly formSubmission: { readonly formElement: HTMLFormElement };
  readonly success?: boolean;
}>;

/** Gives the keyboard a place to go on from when the button that it pressed, such as Stop, leaves the page. */
export class FocusController extends Controller<HTMLElement> {
  static override targets = ['field'];
  declare readonly fieldTarget: HTMLElement;

  /** The answer may have been drawn already, or be drawn in a moment. */
  regain({ detail: { formSubmission, success } }: SubmitEnd): void {
    if (success && isOfPager(formSubmission.formElement)) return;
    const { activeElement } = document;
    const isLost = !activeElement || activeElement === document.body;
    if (!isLost && !formSubmission.formElement.contains(activeElement)) return;
    if (!opensKeyboard()) this.fieldTarget.focus({ preventScroll: true });
  }
}

/** The pager of the version that is shown then takes the focus itself. */
function isOfPager(form: HTMLFormElement): boolean {
  return form.closest('[data-controller="pager"]') !== null;
}

/** On a touch screen the focus of a field would push the page up. */
function opensKeyboard(): boolean {
  return matchMedia('(hover: none)').matches;
}
