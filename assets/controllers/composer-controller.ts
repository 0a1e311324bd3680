import { Controller } from '@hotwired/stimulus';

/** What Safari says of the Enter that ends an IME's composition: `isComposing` is false by then. */
const IME_KEY_CODE = 229;

/** The form that asks: sends on Enter, and grows with its text. */
export class ComposerController extends Controller<HTMLFormElement> {
  static override targets = ['text', 'send', 'notice'];
  declare readonly textTarget: HTMLTextAreaElement;
  declare readonly sendTarget: HTMLButtonElement;
  declare readonly noticeTarget: HTMLElement;

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

  /** What is being changed is no longer what was refused; that a reply is open holds until it ends. */
  clearNotice(): void {
    if (!this.noticeTarget.querySelector('.while-open')) this.noticeTarget.textContent = '';
  }

  /** For browsers without `field-sizing`. */
  grow(): void {
    if (CSS.supports('field-sizing', 'content')) return;
    const { style } = this.textTarget;
    style.blockSize = 'auto';
    style.blockSize = `${this.textTarget.scrollHeight}px`;
  }

  /** Turbo marks a form so while its answer is on its way. */
  get #isSending(): boolean {
    return this.element.ariaBusy === 'true';
  }
}
