import { Controller } from '@hotwired/stimulus';
import { copyText } from '../clipboard.ts';

const CONFIRMATION_MS = 2_000;

/** Copies the text of its source, and says so on the button for a moment. */
export class CopyController extends Controller<HTMLElement> {
  static override targets = ['source'];
  declare readonly sourceTarget: HTMLElement;

  #reset: ReturnType<typeof setTimeout> | undefined;

  override disconnect(): void {
    clearTimeout(this.#reset);
  }

  async copy({ currentTarget }: Event): Promise<void> {
    if (!(currentTarget instanceof HTMLElement)) return;
    const isCopied = await copyText(Promise.resolve(this.sourceTarget.textContent));
    currentTarget.textContent = isCopied ? 'Copied' : 'Not copied';
    clearTimeout(this.#reset);
    this.#reset = setTimeout(() => {
      currentTarget.textContent = 'Copy';
    }, CONFIRMATION_MS);
  }
}
