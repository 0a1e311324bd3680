import { Controller } from '@hotwired/stimulus';

/** The answer to a question brings a fresh form: nothing that is typed is lost, whatever the answer and whenever it comes. */
export class RenewalController extends Controller<HTMLFormElement> {
  static override targets = ['text'];
  declare readonly textTarget: HTMLTextAreaElement;

  #sent = '';
  #isComposing = false;
  #isTaken = false;

  /**
   * Sending by the button must not cost the field its focus, nor a phone its keyboard. What is sent without anybody's
   * doing leaves the focus where it is.
   */
  remember({ detail: { formSubmission } }: DocumentEventMap['turbo:submit-start']): void {
    this.#sent = this.textTarget.value;
    if (formSubmission.submitter) this.textTarget.focus();
  }

  /** The fresh form comes as a morph: empty, or with the text that was refused. What was typed meanwhile stays. */
  keepTyped({ target, detail: { newElement } }: DocumentEventMap['turbo:before-morph-element']): void {
    if (target !== this.textTarget || !(newElement instanceof HTMLTextAreaElement)) return;
    this.#isTaken = newElement.value === '';
    if (!this.#isComposing) this.#clearTaken();
    newElement.value = this.textTarget.value;
  }

  beginComposition(): void {
    this.#isComposing = true;
  }

  /** An IME begins anew with a field that changes under it, and what was composed so far would stand there twice. */
  endComposition(): void {
    this.#isComposing = false;
    if (this.#clearTaken()) this.textTarget.dispatchEvent(new InputEvent('input', { bubbles: true }));
  }

  /** Whoever was chosen while the answer was on its way stays chosen. */
  keepChoice(event: DocumentEventMap['turbo:before-morph-attribute']): void {
    if (['checked', 'selected'].includes(event.detail.attributeName)) event.preventDefault();
  }

  /** Takes what was sent and taken off the beginning of the field. What was typed since stays, and the caret in it. */
  #clearTaken(): boolean {
    const { textTarget: field } = this;
    const isCleared = this.#isTaken && this.#sent !== '' && field.value.startsWith(this.#sent);
    if (isCleared) field.setRangeText('', 0, this.#sent.length);
    if (this.#isTaken) this.#sent = '';
    this.#isTaken = false;
    return isCleared;
  }
}
