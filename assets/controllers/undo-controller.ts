import { Controller } from '@hotwired/stimulus';

const SHOWN_MS = 10_000;

/** Offers for a while to take something back: above everything, also the drawer, and longer while somebody is there. */
export class UndoController extends Controller<HTMLElement> {
  #end: ReturnType<typeof setTimeout> | undefined;

  override connect(): void {
    this.element.popover = 'manual';
    this.element.showPopover();
    this.goSoon();
  }

  override disconnect(): void {
    clearTimeout(this.#end);
  }

  goSoon(): void {
    clearTimeout(this.#end);
    this.#end = setTimeout(() => this.#go(), SHOWN_MS);
  }

  /** Whoever loads the page anew is not told again. */
  #go(): void {
    if (this.element.matches(':hover, :focus-within')) {
      this.goSoon();
      return;
    }
    this.element.remove();
    const address = new URL(location.href);
    for (const deed of ['deleted', 'archived']) address.searchParams.delete(deed);
    history.replaceState(history.state, '', address);
  }
}
