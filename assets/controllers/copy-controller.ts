import { Controller } from '@hotwired/stimulus';

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
    currentTarget.textContent = (await copyText(this.sourceTarget)) ? 'Copied' : 'Not copied';
    clearTimeout(this.#reset);
    this.#reset = setTimeout(() => {
      currentTarget.textContent = 'Copy';
    }, CONFIRMATION_MS);
  }
}

async function copyText(source: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(source.textContent);
    return true;
  } catch {
    return copySelected(source);
  }
}

/** Over plain HTTP, as in a home network, browsers offer no clipboard but for what is selected. */
function copySelected(source: HTMLElement): boolean {
  getSelection()?.selectAllChildren(source);
  return document.execCommand('copy');
}
