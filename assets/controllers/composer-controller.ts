import { Controller } from '@hotwired/stimulus';

/** As Turbo wraps it. */
interface Answer {
  readonly failed: boolean;
  readonly contentType: string | null;
}

type BeforeFetchResponse = CustomEvent<{ readonly fetchResponse: Answer }>;
type BeforeMorphElement = CustomEvent<{ readonly newElement?: Element }>;
type BeforeMorphAttribute = CustomEvent<{ readonly attributeName: string }>;
type SubmitEnd = CustomEvent<{ readonly fetchResponse?: Answer }>;

/** What Safari says of the Enter that ends an IME's composition: `isComposing` is false by then. */
const IME_KEY_CODE = 229;

/** The form that asks: sends on Enter, and loses nothing that is typed, whatever the answer and whenever it comes. */
export class ComposerController extends Controller<HTMLFormElement> {
  static override targets = ['text', 'send', 'notice'];
  static override values = { unsent: String };
  declare readonly textTarget: HTMLTextAreaElement;
  declare readonly sendTarget: HTMLButtonElement;
  declare readonly noticeTarget: HTMLElement;
  /** The sentence for a question that did not reach the server. */
  declare readonly unsentValue: string;

  #sent = '';

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

  /** The error page of a server or proxy must not take the place of what is typed. */
  keepPage(event: BeforeFetchResponse): void {
    if (isErrorPage(event.detail.fetchResponse)) event.preventDefault();
  }

  /** Also when no answer came at all. */
  admitFailure({ detail: { fetchResponse } }: SubmitEnd): void {
    if (!fetchResponse || isErrorPage(fetchResponse)) this.noticeTarget.textContent = this.unsentValue;
  }

  /** What is being changed is no longer what was refused; that a reply is open holds until it ends. */
  clearNotice(): void {
    if (!this.noticeTarget.querySelector('.while-open')) this.noticeTarget.textContent = '';
  }

  /** The fresh form comes as a morph: empty, or with the text that was refused. What was typed meanwhile stays. */
  keepTyped({ target, detail: { newElement } }: BeforeMorphElement): void {
    if (target !== this.textTarget || !(newElement instanceof HTMLTextAreaElement)) return;
    const typed = this.textTarget.value;
    const isTaken = newElement.value === '' && typed.startsWith(this.#sent);
    newElement.value = isTaken ? typed.slice(this.#sent.length) : typed;
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

  /** Turbo marks a form so while its answer is on its way. */
  get #isSending(): boolean {
    return this.element.ariaBusy === 'true';
  }
}

/** A question that is refused comes back in the form, as a turbo-stream. */
function isErrorPage({ failed, contentType }: Answer): boolean {
  return failed && !contentType?.startsWith('text/vnd.turbo-stream.html');
}
