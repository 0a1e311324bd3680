import { Controller } from '@hotwired/stimulus';
import { carryOut } from '../carry-out.ts';

/** Says that the conversation was read, where its page is before somebody's eyes while the list has it as unread. */
export class ReadingController extends Controller<HTMLElement> {
  static override targets = ['unread'];
  declare readonly unreadTargets: readonly HTMLElement[];

  unreadTargetConnected(mark: HTMLElement): void {
    if (this.#isOfThePage(mark)) void this.#read();
  }

  /** The page comes into sight, or the network or the connection back. */
  look(): void {
    if (this.unreadTargets.some(mark => this.#isOfThePage(mark))) void this.#read();
  }

  async #read(): Promise<void> {
    if (document.visibilityState === 'hidden') return;
    const headers = { accept: 'text/vnd.turbo-stream.html' };
    try {
      const response = await fetch(this.#address, { method: 'POST', headers, keepalive: true });
      if (response.ok) carryOut(await response.text());
    } catch {
      // There is no network: the next look says it.
    }
  }

  #isOfThePage(mark: HTMLElement): boolean {
    return `${mark.closest('a')?.pathname}/reading` === this.#address;
  }

  /** That of the conversation that the page shows; a comparison has one only once its question was asked. */
  get #address(): string {
    return document.getElementById('messages')?.dataset.readingAddress ?? '';
  }
}
