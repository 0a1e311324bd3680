import { Controller } from '@hotwired/stimulus';

const CONFIRMATION_MS = 2_000;

/** Copies the text of its source, and says so on the button for a moment. */
export class CopyController extends Controller<HTMLElement> {
  static targets = ['source'];
  declare readonly sourceTarget: HTMLElement;

  #reset: ReturnType<typeof setTimeout> | undefined;

  disconnect(): void {
    clearTimeout(this.#reset);
  }

  async copy({ currentTarget }: Event): Promise<void> {
    if (!(currentTarget instanceof HTMLElement)) return;
    await navigator.clipboard.writeText(this.sourceTarget.textContent);
    currentTarget.textContent = 'Copied';
    clearTimeout(this.#reset);
    this.#reset = setTimeout(() => {
      currentTarget.textContent = 'Copy';
    }, CONFIRMATION_MS);
  }
}
