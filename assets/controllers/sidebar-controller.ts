import { Controller } from '@hotwired/stimulus';
import type { TitleController } from './title-controller.ts';

/** Each visit brings a new sidebar, which begins where the one before was left. In CSS pixels. */
let lastTop = 0;

/**
 * Marks the conversation that the page shows, which the items that arrive later do not know, and keeps the list where
 * the reader scrolled it, as long as it shows that one.
 */
export class SidebarController extends Controller<HTMLElement> {
  static override targets = ['link'];
  static override outlets = ['title'];
  static override values = { conversation: String };
  declare readonly linkTargets: readonly HTMLAnchorElement[];
  declare readonly titleOutlets: readonly TitleController[];
  declare readonly conversationValue: string;

  override connect(): void {
    this.element.scrollTop = lastTop;
    this.showCurrent();
  }

  linkTargetConnected(link: HTMLAnchorElement): void {
    if (!this.#isCurrent(link)) return;
    link.setAttribute('aria-current', 'page');
    this.tellTitle();
  }

  titleOutletConnected(): void {
    this.tellTitle();
  }

  remember(): void {
    lastTop = this.element.scrollTop;
  }

  showCurrent(): void {
    this.#current?.scrollIntoView({ block: 'nearest' });
  }

  /** The list hears of another title, wherever it was given. */
  tellTitle(): void {
    const title = this.#current?.firstElementChild?.textContent;
    if (title) for (const outlet of this.titleOutlets) outlet.show(title);
  }

  get #current(): HTMLAnchorElement | undefined {
    return this.linkTargets.find(link => this.#isCurrent(link));
  }

  #isCurrent({ pathname }: HTMLAnchorElement): boolean {
    return pathname === `/conversations/${this.conversationValue}`;
  }
}
