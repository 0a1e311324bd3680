import { Controller } from '@hotwired/stimulus';

/** How far from the end still counts as being there, in CSS pixels. */
const NEAR_PX = 48;

/** Keeps the end of the messages in view while they grow, unless the reader has scrolled up. */
export class FollowController extends Controller<HTMLElement> {
  static targets = ['newest'];
  declare readonly newestTarget: HTMLElement;

  #following = true;
  #growth = new ResizeObserver(() => this.#follow());

  connect(): void {
    for (const child of this.element.children) this.#growth.observe(child);
    this.element.addEventListener('scroll', this.#noticeScroll, { passive: true });
    this.newest();
  }

  disconnect(): void {
    this.#growth.disconnect();
    this.element.removeEventListener('scroll', this.#noticeScroll);
  }

  newest(): void {
    this.#following = true;
    this.#follow();
  }

  #follow(): void {
    if (this.#following) this.element.scrollTop = this.element.scrollHeight;
    this.newestTarget.hidden = this.#following;
  }

  readonly #noticeScroll = (): void => {
    const { scrollHeight, scrollTop, clientHeight } = this.element;
    this.#following = scrollHeight - scrollTop - clientHeight < NEAR_PX;
    this.newestTarget.hidden = this.#following;
  };
}
