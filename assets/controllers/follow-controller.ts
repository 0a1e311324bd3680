import { Controller } from '@hotwired/stimulus';

/** How far from the end still counts as being there for a reader who scrolls down, in CSS pixels. */
const NEAR_PX = 48;
/** Zoom makes scroll positions fractions. */
const ROUNDING_PX = 2;

/** Keeps the page's end in view while it grows, until the reader scrolls up; then offers the way back. */
export class FollowController extends Controller<HTMLElement> {
  static override targets = ['newest'];

  /** Kept, for Stimulus looks through the whole conversation to find a target. */
  #newest: HTMLElement | undefined;
  #isFollowing = true;
  #lastTop = 0;
  #growth = new ResizeObserver(() => this.follow());

  /** Whoever comes for a certain message gets that one. The observer's first report comes after Turbo's scrolling. */
  override connect(): void {
    this.#isFollowing = !location.hash;
    this.#growth.observe(this.element);
  }

  override disconnect(): void {
    this.#growth.disconnect();
  }

  newestTargetConnected(newest: HTMLElement): void {
    this.#newest = newest;
  }

  newest(): void {
    this.#isFollowing = true;
    this.follow();
  }

  /** Whoever asks wants to see the reply. */
  followQuestion({ detail: { success } }: DocumentEventMap['turbo:submit-end']): void {
    if (success) this.newest();
  }

  /** Whoever unfolds something wants to read it from its beginning. */
  pauseForDetails({ target }: Event): void {
    if (target instanceof Element && target.closest('summary')) this.#isFollowing = false;
  }

  follow(): void {
    if (this.#isFollowing) this.#page.scrollTop = this.#page.scrollHeight;
    this.#lastTop = this.#page.scrollTop;
    this.#offerNewest();
  }

  /** Only the reader scrolls up; a page that shrank or bounced is still at its end. */
  noticeScroll(): void {
    const { scrollTop } = this.#page;
    const movedUp = scrollTop < this.#lastTop;
    this.#lastTop = scrollTop;
    if (movedUp) this.#isFollowing &&= this.#distance <= ROUNDING_PX;
    else this.#isFollowing ||= this.#distance <= NEAR_PX;
    this.#offerNewest();
  }

  #offerNewest(): void {
    const isUseless = this.#isFollowing || this.#distance <= NEAR_PX;
    if (this.#newest && this.#newest.hidden !== isUseless) this.#newest.hidden = isUseless;
  }

  /** From the end of what is shown to the end of the page. */
  get #distance(): number {
    const { scrollHeight, scrollTop, clientHeight } = this.#page;
    return scrollHeight - scrollTop - clientHeight;
  }

  get #page(): Element {
    return document.documentElement;
  }
}
