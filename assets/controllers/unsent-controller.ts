import { Controller } from '@hotwired/stimulus';

/** As Turbo wraps it. */
interface Answer {
  readonly failed: boolean;
  readonly contentType: string | null;
}

type BeforeFetchResponse = CustomEvent<{ readonly fetchResponse: Answer }>;
type SubmitEnd = CustomEvent<{ readonly fetchResponse?: Answer }>;

/**
 * A question whose post went wrong: says so, and offers to send it again. The form keeps its id, so that the question
 * is asked once, also where only the answer was lost. Then it appears among the messages, and its form is sent again
 * for what it would have been answered, a fresh one.
 */
export class UnsentController extends Controller<HTMLFormElement> {
  static override targets = ['id', 'text', 'status', 'sentence'];
  declare readonly idTarget: HTMLInputElement;
  declare readonly hasIdTarget: boolean;
  declare readonly textTarget: HTMLTextAreaElement;
  declare readonly statusTarget: HTMLElement;
  declare readonly sentenceTarget: HTMLTemplateElement;

  #sent = '';
  #lookedFor = '';
  #changes = new MutationObserver(() => this.#noticeArrival());

  override disconnect(): void {
    this.#changes.disconnect();
  }

  /** The error page of a server or proxy must not take the place of what is typed. */
  keepPage(event: BeforeFetchResponse): void {
    if (isErrorPage(event.detail.fetchResponse)) event.preventDefault();
  }

  begin(): void {
    this.#sent = this.textTarget.value;
    this.#changes.disconnect();
    this.statusTarget.replaceChildren();
  }

  /** Also when no answer came at all. */
  admit({ detail: { fetchResponse } }: SubmitEnd): void {
    if (fetchResponse && !isErrorPage(fetchResponse)) return;
    this.statusTarget.replaceChildren(this.sentenceTarget.content.cloneNode(true));
    const messages = document.getElementById('messages');
    if (!messages || !this.hasIdTarget) return;
    this.#changes.observe(messages, { childList: true });
    this.#changes.observe(document.documentElement, { attributeFilter: ['data-cable'] });
    // At once only the first time, so that trouble that lasts does not make it go in a circle.
    if (this.#lookedFor !== this.idTarget.value) this.#noticeArrival();
    this.#lookedFor = this.idTarget.value;
  }

  /** Words that were added since are not sent without a click. */
  #noticeArrival(): void {
    const isConnected = document.documentElement.dataset.cable === 'connected';
    const hasArrived = document.getElementById(`message_${this.idTarget.value}`) !== null;
    if (!isConnected || !hasArrived || this.textTarget.value !== this.#sent) return;
    this.#changes.disconnect();
    this.element.requestSubmit();
  }
}

/** A question that is refused comes back in the form, as a turbo-stream. */
function isErrorPage({ failed, contentType }: Answer): boolean {
  return failed && !contentType?.startsWith('text/vnd.turbo-stream.html');
}
