import { Controller } from '@hotwired/stimulus';

/** Keeps what is half typed while its reader looks elsewhere in the same tab, until it is sent. */
export class DraftController extends Controller<HTMLFormElement> {
  static override targets = ['text'];
  declare readonly textTarget: HTMLTextAreaElement;

  override connect(): void {
    this.textTarget.value ||= sessionStorage.getItem(this.#name) ?? '';
  }

  keep(): void {
    sessionStorage.setItem(this.#name, this.textTarget.value);
  }

  forget({ detail: { success } }: CustomEvent<{ readonly success?: boolean }>): void {
    if (success) sessionStorage.removeItem(this.#name);
  }

  get #name(): string {
    return `draft of ${this.element.action}`;
  }
}
