import { Controller } from '@hotwired/stimulus';

type BeforeMorphElement = CustomEvent<{ readonly newElement?: Element }>;
type BeforeMorphAttribute = CustomEvent<{ readonly attributeName: string }>;

/** What Safari says of the Enter that ends an IME's composition: `isComposing` is false by then. */
const IME_KEY_CODE = 229;

/** The form that asks: sends on Enter, and loses nothing that is typed, whatever the answer and whenever it comes. */
export class ComposerController extends Controller<HTMLFormElement> {
  static override targets = ['text', 'send', 'notice'];
  declare readonly textTarget: HTMLTextAreaElement;
  declare readonly sendTarget: HTMLButtonElement;
  declare readonly noticeTarget: HTMLElement;

  #sent = '';
  #isComposing = false;
  #isTaken = false;

  override connect(): void {
    this.grow();
  }

  /** Shift+Enter breaks the line; the Enter that ends an IME's composition belongs to the IME. */
  submitOnEnter(event: KeyboardEvent): void {
    const isIme = event.isComposing || event.keyCode === IME_KEY_CODE;
    if (event.key !== 'Enter' || event.shiftKey || isIme || event.target !== this.textTarget) return;
    event.preventDefault();
    if (this.textTarget.value.trim() && !this.#isSending) this.element.requestSubmit(this.sendTarget);
  }

  /** Sending by the button must not cost the field its focus, nor a phone its keyboard. */
  remember(): void {
    this.#sent = this.textTarget.value;
    this.textTarget.focus();
  }

  /** What is being changed is no longer what was refused; that a reply is open holds until it ends. */
  clearNotice(): void {
    if (!this.noticeTarget.querySelector('.while-open')) this.noticeTarget.textContent = '';
  }

  /** The fresh form comes as a morph: empty, or with the text that was refused. What was typed meanwhile stays. */
  keepTyped({ target, detail: { newElement } }: BeforeMorphElement): void {
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
  keepChoice(event: BeforeMorphAttribute): void {
    if (event.detail.attributeName === 'checked') event.preventDefault();
  }

  /** For browsers without `field-sizing`. */
  grow(): void {
    if (CSS.supports('field-sizing', 'content')) return;
    const { style } = this.textTarget;
    style.blockSize = 'auto';
    style.blockSize = `${this.textTarget.scrollHeight}px`;
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

  /** Turbo marks a form so while its answer is on its way. */
  get #isSending(): boolean {
    return this.element.ariaBusy === 'true';
  }
}
