import { Controller } from '@hotwired/stimulus';
import { isWhereSent } from '../focus.ts';

/** Says in the heading and in the tab how the conversation is called, and has it called otherwise. */
export class TitleController extends Controller<HTMLElement> {
  static override targets = ['heading', 'details', 'field', 'notice'];
  declare readonly headingTarget: HTMLElement;
  /** What unfolds: the form. */
  declare readonly detailsTarget: HTMLDetailsElement;
  declare readonly fieldTarget: HTMLInputElement;
  declare readonly noticeTarget: HTMLElement;

  show(title: string): void {
    if (this.headingTarget.textContent !== title) this.headingTarget.textContent = title;
    document.title = title + document.title.slice(document.title.lastIndexOf(' · '));
  }

  /** What was refused, or typed and left, is not there the next time. */
  begin(): void {
    this.fieldTarget.value = this.headingTarget.textContent;
    this.noticeTarget.textContent = '';
  }

  edit(): void {
    if (!this.detailsTarget.open) return;
    this.fieldTarget.focus();
    this.fieldTarget.select();
  }

  /** A title that is refused comes back, and something else may have been typed meanwhile. */
  keepTyped({ target, detail: { newElement } }: DocumentEventMap['turbo:before-morph-element']): void {
    if (target === this.fieldTarget && newElement instanceof HTMLInputElement)
      newElement.value = this.fieldTarget.value;
  }

  finish({ detail: { formSubmission, success } }: DocumentEventMap['turbo:submit-end']): void {
    const hasFocus = isWhereSent(formSubmission.formElement);
    if (success) this.detailsTarget.open = false;
    if (hasFocus) this.#place.focus();
  }

  /** The Escape that ends an IME's composition belongs to the IME. */
  cancel({ isComposing }: KeyboardEvent): void {
    if (isComposing) return;
    this.detailsTarget.open = false;
    this.#place.focus();
  }

  /** Where the keyboard goes on: in what is unfolded, or at what unfolds it. */
  get #place(): HTMLElement {
    const summary = this.detailsTarget.querySelector('summary');
    return this.detailsTarget.open || !summary ? this.fieldTarget : summary;
  }
}
