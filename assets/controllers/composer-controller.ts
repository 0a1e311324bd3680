import { Controller } from '@hotwired/stimulus';

/** What Safari says of the Enter that ends an IME's composition: `isComposing` is false by then. */
const IME_KEY_CODE = 229;

/** The form that asks: sends on Enter, and grows with its text. */
export class ComposerController extends Controller<HTMLFormElement> {
  static override targets = ['text', 'send', 'notice', 'cancel', 'edited'];
  declare readonly textTarget: HTMLTextAreaElement;
  declare readonly sendTarget: HTMLButtonElement;
  declare readonly noticeTarget: HTMLElement;
  /** The way back from a question that is edited. */
  declare readonly cancelTarget: HTMLElement;
  declare readonly hasCancelTarget: boolean;

  override connect(): void {
    this.grow();
  }

  /** Whoever edits a question goes on at its end. */
  cancelTargetConnected(): void {
    this.textTarget.focus({ preventScroll: true });
    this.textTarget.setSelectionRange(this.textTarget.value.length, this.textTarget.value.length);
  }

  editedTargetConnected(link: HTMLAnchorElement): void {
    editedBy(link)?.classList.add('message--edited');
  }

  editedTargetDisconnected(link: HTMLAnchorElement): void {
    editedBy(link)?.classList.remove('message--edited');
  }

  /** The Escape that ends an IME's composition belongs to the IME. */
  cancel({ isComposing }: KeyboardEvent): void {
    if (this.hasCancelTarget && !isComposing) this.cancelTarget.click();
  }

  /** Shift+Enter breaks the line; the Enter that ends an IME's composition belongs to the IME. */
  submitOnEnter(event: KeyboardEvent): void {
    const isIme = event.isComposing || event.keyCode === IME_KEY_CODE;
    if (event.key !== 'Enter' || event.shiftKey || isIme || event.target !== this.textTarget) return;
    event.preventDefault();
    if (this.textTarget.value.trim() && !this.#isSending) this.element.requestSubmit(this.sendTarget);
  }

  /** It is sent as it is, and kept where that fails. */
  take({ currentTarget }: Event): void {
    if (currentTarget instanceof HTMLButtonElement) this.textTarget.value = currentTarget.value;
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

/** The question that is edited, to which a link leads. */
function editedBy(link: HTMLAnchorElement): HTMLElement | null {
  return document.getElementById(link.hash.slice(1));
}
