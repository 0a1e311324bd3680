import { Controller } from '@hotwired/stimulus';
import { carryOut } from '../carry-out.ts';
import { isNowhere } from '../focus.ts';

/** The page loads what was said before when the reader comes as near to its link, in CSS pixels. */
const NEAR_PX = 1_000;

/** Puts the earlier messages above those that are shown, while these stay where the reader has them. Where that fails, its link leads to them. */
export class EarlierController extends Controller<HTMLAnchorElement> {
  #isLoading = false;
  /** What was loaded has not come, or did not fit: the page is behind. */
  #isWaiting = false;
  #loadedAbove = '';
  #sight = new IntersectionObserver(
    entries => {
      if (entries.at(-1)?.isIntersecting) void this.#load();
    },
    { rootMargin: `${NEAR_PX}px 0px` },
  );

  override connect(): void {
    this.#sight.observe(this.element);
  }

  override disconnect(): void {
    this.#sight.disconnect();
  }

  /** Some browsers leave the scroll position as it is, whatever comes above. */
  keepPlace({ detail }: DocumentEventMap['turbo:before-stream-render']): void {
    const { newStream, render } = detail;
    const isOfLink = newStream.target === this.element.id;
    const isCaughtUp = newStream.action === 'caught_up';
    if (!isOfLink && !isCaughtUp && !(newStream.action === 'prepend' && newStream.target === 'messages'))
      return;
    detail.render = async stream => {
      const message = oldestMessage();
      const top = message?.getBoundingClientRect().top ?? 0;
      await render(stream);
      const moved = (message?.getBoundingClientRect().top ?? top) - top;
      scrollBy({ top: moved, behavior: 'instant' });
      if (isOfLink) this.#goOn(message);
      if (isCaughtUp && this.#isWaiting && !this.#isLoading) this.#lookAgain();
    };
  }

  /** Where the messages that came are few, the link may be as near as before. */
  #goOn(message: Element | null | undefined): void {
    if (!this.element.isConnected) {
      if (isNowhere()) message?.querySelector<HTMLElement>('a, button')?.focus({ preventScroll: true });
    } else if (this.#loadedAbove !== shownNow()) this.#lookAgain();
  }

  #lookAgain(): void {
    this.#isWaiting = false;
    this.#sight.unobserve(this.element);
    if (this.element.isConnected) this.#sight.observe(this.element);
  }

  async #load(): Promise<void> {
    if (this.#isLoading) return;
    this.#isLoading = true;
    this.#isWaiting = true;
    this.#loadedAbove = shownNow();
    const before = oldestMessage()?.id.replace('message_', '') ?? '';
    try {
      const response = await fetch(`${this.element.pathname}/messages?before=${before}`, {
        headers: { accept: 'text/vnd.turbo-stream.html' },
      });
      if (response.ok) carryOut(await response.text());
    } catch {
      // Once the page has caught up, it tries again.
    } finally {
      this.#isLoading = false;
    }
  }
}

/** What the earlier messages are loaded for; when they are there, or the page has caught up, it is another. */
function shownNow(): string {
  return `${oldestMessage()?.id} ${document.getElementById('messages')?.dataset.version}`;
}

function oldestMessage(): Element | null | undefined {
  return document.getElementById('messages')?.firstElementChild;
}
