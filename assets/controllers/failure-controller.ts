import { Controller } from '@hotwired/stimulus';
import { isErrorPage } from '../answer.ts';

/** Whichever form did not get through, the page stays as it is, and its notice says so until the next one is sent. */
export class FailureController extends Controller {
  static override values = { sentence: String };
  declare readonly sentenceValue: string;

  #error: unknown;

  /** No answer came at all. */
  admit(event: DocumentEventMap['turbo:fetch-request-error']): void {
    const { request, error } = event.detail;
    if (!(request.target instanceof HTMLFormElement)) return;
    event.preventDefault();
    this.#error = error;
    this.#say(request.target);
  }

  /** Turbo throws as well what it has just reported. */
  hush(event: PromiseRejectionEvent): void {
    if (this.#error && event.reason === this.#error) event.preventDefault();
  }

  /** The error page of a server in trouble, or of a proxy, must not take the place of what is read. */
  keepPage(event: DocumentEventMap['turbo:before-fetch-response']): void {
    const { fetchResponse } = event.detail;
    if (!(event.target instanceof HTMLFormElement)) return;
    if (!isErrorPage(fetchResponse) || !fetchResponse.serverError) return;
    event.preventDefault();
    this.#say(event.target);
  }

  clear(): void {
    if (this.#notice?.textContent === this.sentenceValue) this.#notice.textContent = '';
  }

  /** The form that asks has a sentence of its own. */
  #say(form: HTMLFormElement): void {
    if (this.#notice && !form.matches('[data-controller~="unsent"]'))
      this.#notice.textContent = this.sentenceValue;
  }

  get #notice(): HTMLElement | null {
    return document.getElementById('notice');
  }
}
