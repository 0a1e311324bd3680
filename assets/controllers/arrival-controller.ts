import { Controller } from '@hotwired/stimulus';
import { isBusy } from '../busy.ts';

/**
 * A question that went wrong may have arrived, and only its answer been lost. Then it appears among the messages, and
 * its form, which has kept its id, is sent again for what it would have been answered, a fresh one.
 */
export class ArrivalController extends Controller<HTMLFormElement> {
  static override targets = ['id', 'text'];
  declare readonly idTarget: HTMLInputElement;
  declare readonly textTarget: HTMLTextAreaElement;

  #sent: string | undefined;
  #lookedFor = '';
  #changes = new MutationObserver(() => this.look());

  override disconnect(): void {
    this.stop();
  }

  expect({ detail: { sent } }: CustomEvent<{ readonly sent: string }>): void {
    const messages = document.getElementById('messages');
    if (!messages) return;
    this.#sent = sent;
    this.#changes.observe(messages, { childList: true });
    // At once only the first time, so that trouble that lasts does not make it go in a circle.
    if (this.#lookedFor !== this.idTarget.value) setTimeout(() => this.look());
    this.#lookedFor = this.idTarget.value;
  }

  /** Words that were added since are not sent without a click, and nothing while a visit or another form goes on. */
  look(): void {
    if (isBusy()) return;
    const isConnected = document.documentElement.dataset.cable === 'connected';
    const hasArrived = document.getElementById(`message_${this.idTarget.value}`) !== null;
    if (isConnected && hasArrived && this.textTarget.value === this.#sent) this.element.requestSubmit();
  }

  /** Unless the other form's answer leads elsewhere. */
  lookAfter({ detail: { formSubmission, fetchResponse } }: DocumentEventMap['turbo:submit-end']): void {
    if (formSubmission.formElement !== this.element && !fetchResponse?.redirected) this.look();
  }

  stop(): void {
    this.#sent = undefined;
    this.#changes.disconnect();
  }
}
