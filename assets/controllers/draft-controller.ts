import { Controller } from '@hotwired/stimulus';

/**
 * What a form holds, by the names of its fields. With its id, so that a question that was sent before its reader left,
 * and is sent again, is asked once.
 */
interface Draft {
  readonly id?: string;
  readonly bot?: string;
  readonly content: string;
}

/** Keeps what is half typed while its reader looks elsewhere in the same tab, until it is sent. */
export class DraftController extends Controller<HTMLFormElement> {
  static override targets = ['text'];
  declare readonly textTarget: HTMLTextAreaElement;

  /** A question that is edited goes on from where its editing was left, and not from how it was. */
  override connect(): void {
    const draft = this.#kept;
    const isEditing = this.element.classList.contains('composer--editing');
    if (draft && (isEditing || !this.textTarget.value)) this.#restore(draft);
  }

  keep(): void {
    const draft = JSON.stringify(Object.fromEntries(new FormData(this.element)));
    if (this.textTarget.value) sessionStorage.setItem(this.#name, draft);
    else this.#forget();
  }

  forget({ detail: { success } }: DocumentEventMap['turbo:submit-end']): void {
    if (success) this.#forget();
  }

  discard(): void {
    this.#forget();
  }

  #restore({ id, bot, content }: Draft): void {
    const asked = askedWith(id);
    if (asked?.trim() === content.trim()) {
      this.#forget();
      return;
    }
    this.textTarget.value = content;
    this.#fill('bot', bot);
    if (asked === undefined) this.#fill('id', id);
  }

  /** Not every form has each of the fields. */
  #fill(name: string, value: string | undefined): void {
    const field = this.element.elements.namedItem(name);
    if (value === undefined) return;
    if (field instanceof HTMLInputElement || field instanceof RadioNodeList) field.value = value;
    if (field instanceof HTMLSelectElement && field.querySelector(`[value="${value}"]`)) field.value = value;
  }

  get #kept(): Draft | undefined {
    const kept = sessionStorage.getItem(this.#name);
    return kept ? JSON.parse(kept) : undefined;
  }

  #forget(): void {
    sessionStorage.removeItem(this.#name);
  }

  get #name(): string {
    return draftName(this.element.action);
  }
}

/** @param action the address to which the draft's form is sent */
export function draftName(action: string): string {
  return `draft for ${action}`;
}

/** What the page shows as asked with this form, where its reader left before the answer came. */
function askedWith(id: string | undefined): string | undefined {
  return document.getElementById(`message_${id}_body`)?.textContent;
}
