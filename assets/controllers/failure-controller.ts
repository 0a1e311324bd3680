import { Controller } from '@hotwired/stimulus';
import { isErrorPage } from '../answer.ts';

/** Whichever form, or part of the page, did not get through, the page stays as it is, and its notice says so until the next one is sent. */
export class FailureController extends Controller {
  static override values = { sentence: String };
  declare readonly sentenceValue: string;

  #error: unknown;
  #notice: Element | null | undefined;

  /** No answer came at all. */
  admit(event: DocumentEventMap['turbo:fetch-request-error']): void {
    const { request, error } = event.detail;
    if (!isPart(request.target)) return;
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
    if (!isPart(event.target)) return;
    if (!isErrorPage(fetchResponse) || !fetchResponse.serverError) return;
    event.preventDefault();
    this.#say(event.target);
  }

  clear(): void {
    if (this.#notice?.textContent === this.sentenceValue) this.#notice.textContent = '';
    this.#notice = undefined;
  }

  /** The form that asks has a sentence of its own. */
  #say(part: HTMLElement): void {
    if (part.matches('[data-controller~="unsent"]')) return;
    this.clear();
    this.#notice = noticeOf(part);
    if (this.#notice) this.#notice.textContent = this.sentenceValue;
  }
}

function isPart(target: unknown): target is HTMLElement {
  return target instanceof HTMLElement && target.matches('form, turbo-frame');
}

/** Nothing behind an open dialog or drawer is seen or heard. */
function noticeOf(part: HTMLElement): Element | null {
  const near = part.closest('dialog[open], [role=search]')?.querySelector('[role=alert]');
  return near ?? document.getElementById('notice');
}
