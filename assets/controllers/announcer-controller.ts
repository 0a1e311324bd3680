import { Controller } from '@hotwired/stimulus';

/** How much of a reply's beginning is read out, in UTF-16 code units. */
const LONGEST_BEGINNING = 200;

/**
 * Tells a screen reader when a reply begins, and how it ends, all in one place. The words that come between are not read
 * out, nor is what is loaded or switched to later.
 */
export class AnnouncerController extends Controller<HTMLElement> {
  static override values = { replying: String, replied: String };
  declare readonly replyingValue: string;
  declare readonly repliedValue: string;

  /** The id of the reply whose end is still to be told. */
  #open: string | undefined;
  #list = new MutationObserver(() => this.#tell());
  #statuses = new MutationObserver(() => this.#tell());

  override connect(): void {
    const messages = document.getElementById('messages');
    if (!messages) return;
    this.#list.observe(messages, { childList: true });
    this.#statuses.observe(messages, { attributeFilter: ['data-status'], subtree: true });
    this.#tell();
  }

  override disconnect(): void {
    this.#list.disconnect();
    this.#statuses.disconnect();
  }

  #tell(): void {
    const newest = document.querySelector<HTMLElement>('#messages > article:last-of-type');
    const open = newest?.ariaBusy === 'true' ? newest.id : undefined;
    if (open === this.#open) return;
    if (newest && open) this.element.textContent = `${speakerOf(newest)} ${this.replyingValue}`;
    else if (newest && newest.id === this.#open) this.element.textContent = this.#endOf(newest);
    this.#open = open;
  }

  #endOf(reply: HTMLElement): string {
    const notes = [...reply.querySelectorAll('.message__note')].map(({ textContent }) => textContent);
    if (notes.length > 0) return `${speakerOf(reply)}: ${notes.join(' ')}`;
    return `${speakerOf(reply)} ${this.repliedValue} ${beginningOf(reply)}`;
  }
}

function speakerOf(reply: HTMLElement): string {
  return reply.querySelector('.message__speaker')?.textContent.trim() ?? '';
}

/** Its first sentence, or as much of it as is heard at once. */
function beginningOf(reply: HTMLElement): string {
  const text = reply.querySelector('.message__text')?.textContent.trim().slice(0, LONGEST_BEGINNING) ?? '';
  return /^.*?[.!?…。！？](?=\s|$)/.exec(text)?.[0] ?? text;
}
