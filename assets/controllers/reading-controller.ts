import { Controller } from '@hotwired/stimulus';
import { renderStreamMessage } from '@hotwired/turbo';

/** Says that the conversation was read, where its page is before somebody's eyes while the list has it as unread. */
export class ReadingController extends Controller<HTMLElement> {
  static override targets = ['unread'];
  static override values = { address: String };
  declare readonly unreadTargets: readonly HTMLElement[];
  declare readonly addressValue: string;

  unreadTargetConnected(mark: HTMLElement): void {
    if (this.#isOfThePage(mark)) void this.#read();
  }

  /** The page comes into sight, or the network back. */
  look(): void {
    if (this.unreadTargets.some(mark => this.#isOfThePage(mark))) void this.#read();
  }

  async #read(): Promise<void> {
    if (document.visibilityState === 'hidden') return;
    const headers = { accept: 'text/vnd.turbo-stream.html' };
    try {
      const response = await fetch(this.addressValue, { method: 'POST', headers, keepalive: true });
      if (response.ok) renderStreamMessage(await response.text());
    } catch {
      // There is no network: the next look says it.
    }
  }

  #isOfThePage(mark: HTMLElement): boolean {
    return `${mark.closest('a')?.pathname}/reading` === this.addressValue;
  }
}
