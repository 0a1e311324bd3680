import { Controller } from '@hotwired/stimulus';
import { isErrorPage } from '../answer.ts';

/** A question whose post went wrong: says so, and offers to send it again, as long as there is a text. */
export class UnsentController extends Controller<HTMLFormElement> {
  static override targets = ['text', 'status', 'sentence'];
  declare readonly textTarget: HTMLTextAreaElement;
  declare readonly statusTarget: HTMLElement;
  declare readonly sentenceTarget: HTMLTemplateElement;

  /** The error page of a server or proxy must not take the place of what is typed. */
  keepPage(event: DocumentEventMap['turbo:before-fetch-response']): void {
    if (isErrorPage(event.detail.fetchResponse)) event.preventDefault();
  }

  /** Also when no answer came at all. */
  admit({ detail: { formSubmission, fetchResponse } }: DocumentEventMap['turbo:submit-end']): void {
    if (fetchResponse && !isErrorPage(fetchResponse)) return;
    this.statusTarget.replaceChildren(this.sentenceTarget.content.cloneNode(true));
    this.clearEmpty();
    this.dispatch('admitted', { detail: { sent: formSubmission.body.get('content') } });
  }

  clearEmpty(): void {
    if (!this.textTarget.value) this.clear();
  }

  clear(): void {
    if (this.statusTarget.contains(document.activeElement)) this.textTarget.focus();
    this.statusTarget.replaceChildren();
  }
}
