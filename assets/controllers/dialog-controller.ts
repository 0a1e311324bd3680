import { Controller } from '@hotwired/stimulus';

/** The page's dialog: opens with what a link loads into its frame. The browser gives the focus back when it closes. */
export class DialogController extends Controller<HTMLDialogElement> {
  static override targets = ['frame'];
  declare readonly frameTarget: HTMLElement;

  open(): void {
    if (!this.element.open) this.element.showModal();
  }

  /** For browsers without `closedby`: a click beside the dialog is one on the element itself, which has no padding. */
  closeBeside({ target }: Event): void {
    if (target === this.element) this.element.close();
  }

  closeAfter({ detail: { success } }: DocumentEventMap['turbo:submit-end']): void {
    if (success) this.element.close();
  }

  /** It is loaded anew the next time, for by then it may be another. */
  empty(): void {
    this.frameTarget.removeAttribute('src');
    this.frameTarget.replaceChildren();
  }
}
