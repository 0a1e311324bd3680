import { Controller } from '@hotwired/stimulus';

/** Each visit brings a new sidebar, which begins where the one before was left. In CSS pixels. */
let lastTop = 0;

/** Keeps the list of conversations where the reader scrolled it, as long as it shows the current one. */
export class SidebarController extends Controller<HTMLElement> {
  static override targets = ['current'];
  declare readonly currentTargets: readonly HTMLElement[];

  override connect(): void {
    this.element.scrollTop = lastTop;
    this.showCurrent();
  }

  remember(): void {
    lastTop = this.element.scrollTop;
  }

  showCurrent(): void {
    this.currentTargets[0]?.scrollIntoView({ block: 'nearest' });
  }
}
