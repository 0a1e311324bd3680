import { Controller } from '@hotwired/stimulus';
import { copyText } from '../clipboard.ts';

const CONFIRMATION_MS = 2_000;

/** Copies the text that a link leads to, and says so for a moment. */
export class CopyLinkController extends Controller<HTMLElement> {
  static override targets = ['said'];
  declare readonly saidTarget: HTMLElement;

  #silence: ReturnType<typeof setTimeout> | undefined;

  override disconnect(): void {
    clearTimeout(this.#silence);
  }

  /** Whoever wants it in another tab gets it there. */
  async copy(event: MouseEvent): Promise<void> {
    const { currentTarget: link } = event;
    if (!(link instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const isCopied = await copyText(read(link.href)).catch(() => false);
    this.saidTarget.textContent = isCopied ? 'Copied' : 'Not copied';
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.saidTarget.replaceChildren(), CONFIRMATION_MS);
  }
}

async function read(address: string): Promise<string> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address} was answered with ${response.status}.`);
  return await response.text();
}
