import { Controller } from '@hotwired/stimulus';

/** The form that asks: sends on Enter, and keeps what is typed while the answer to the last question is on its way. */
export class ComposerController extends Controller<HTMLFormElement> {
  static targets = ['text'];
  declare readonly textTarget: HTMLTextAreaElement;

  #sent = '';

  /** Shift+Enter breaks the line; the Enter that ends an IME's composition belongs to the IME. */
  submitOnEnter(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.target !== this.textTarget) return;
    event.preventDefault();
    this.element.requestSubmit();
  }

  remember(): void {
    this.#sent = this.textTarget.value;
  }

  /** The fresh form comes as a morph. Text that was typed since the last one was sent stays. */
  keepTyped(event: CustomEvent<{ newElement: Element }>): void {
    const { newElement } = event.detail;
    if (event.target !== this.textTarget || !(newElement instanceof HTMLTextAreaElement)) return;
    const typed = this.textTarget.value;
    if (typed !== this.#sent) newElement.value = typed.startsWith(this.#sent) ? typed.slice(this.#sent.length) : typed;
  }
}
