import { Controller } from '@hotwired/stimulus';
import { isWhereSent } from '../focus.ts';

/** In the address it says that the form is open. */
const RENAME = 'rename';

/** Says in the heading and in the tab how the conversation is called, and has it called otherwise. */
export class TitleController extends Controller<HTMLElement> {
  static override targets = ['heading', 'name', 'details', 'field', 'notice'];
  declare readonly headingTarget: HTMLElement;
  /** What is kept up to date. */
  declare readonly nameTarget: HTMLElement;
  /** What unfolds: the form. */
  declare readonly detailsTarget: HTMLDetailsElement;
  declare readonly fieldTarget: HTMLInputElement;
  declare readonly noticeTarget: HTMLElement;

  nameTargetConnected(): void {
    this.hear();
  }

  /** The page hears of another title, wherever it was given. */
  hear(): void {
    const { title = '' } = this.nameTarget.dataset;
    if (this.headingTarget.textContent !== title) this.headingTarget.textContent = title;
    document.title = title + document.title.slice(document.title.lastIndexOf(' · '));
  }

  /** What was refused, or typed and left, is not there the next time. */
  begin(): void {
    this.fieldTarget.value = this.headingTarget.textContent;
    this.noticeTarget.textContent = '';
  }

  /** A link to this very form opens it where it is, so that nothing of the page is lost. */
  beginHere(event: DocumentEventMap['turbo:click']): void {
    const { pathname, searchParams } = new URL(event.detail.url);
    if (pathname !== location.pathname || !searchParams.has(RENAME)) return;
    event.preventDefault();
    event.detail.originalEvent.preventDefault();
    for (const open of document.querySelectorAll<HTMLElement>(':is(.menu, .sidebar):popover-open'))
      open.hidePopover();
    if (!this.detailsTarget.open) this.begin();
    this.detailsTarget.open = true;
    this.#enter();
  }

  edit(): void {
    if (this.detailsTarget.open) this.#enter();
    else forgetToRename();
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

  /** Whoever goes on elsewhere, and has typed nothing, needs it no more. */
  leave({ target }: Event): void {
    const isElsewhere = target instanceof Node && !this.detailsTarget.contains(target);
    if (isElsewhere && this.fieldTarget.value === this.headingTarget.textContent)
      this.detailsTarget.open = false;
  }

  #enter(): void {
    this.fieldTarget.focus();
    this.fieldTarget.select();
  }

  /** Where the keyboard goes on: in what is unfolded, or at what unfolds it. */
  get #place(): HTMLElement {
    const summary = this.detailsTarget.querySelector('summary');
    return this.detailsTarget.open || !summary ? this.fieldTarget : summary;
  }
}

/** What was begun by the page's address is not begun again when it is loaded anew. */
function forgetToRename(): void {
  const address = new URL(location.href);
  if (!address.searchParams.has(RENAME)) return;
  address.searchParams.delete(RENAME);
  history.replaceState(history.state, '', address);
}
