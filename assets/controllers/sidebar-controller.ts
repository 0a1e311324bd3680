import { Controller } from '@hotwired/stimulus';

/** Each visit brings a new sidebar, which begins where the one before was left. In CSS pixels. */
let lastTop = 0;

/**
 * Marks the conversation that the page shows, which the items that arrive later do not know, and keeps the list where
 * the reader scrolled it, as long as it shows that one.
 */
export class SidebarController extends Controller<HTMLElement> {
  static override targets = ['link'];
  static override values = { conversation: String };
  declare readonly linkTargets: readonly HTMLAnchorElement[];
  declare readonly conversationValue: string;

  override connect(): void {
    this.element.scrollTop = lastTop;
    this.showCurrent();
  }

  linkTargetConnected(link: HTMLAnchorElement): void {
    if (this.#isCurrent(link)) link.setAttribute('aria-current', 'page');
  }

  remember(): void {
    lastTop = this.element.scrollTop;
  }

  showCurrent(): void {
    this.#current?.scrollIntoView({ block: 'nearest' });
  }

  get #current(): HTMLAnchorElement | undefined {
    return this.linkTargets.find(link => this.#isCurrent(link));
  }

  #isCurrent({ pathname }: HTMLAnchorElement): boolean {
    return pathname === `/conversations/${this.conversationValue}`;
  }
}
