import { Controller } from '@hotwired/stimulus';

/** What is typed, with its form's id, so that a question that was sent before its reader left, and is sent again, is asked once. */
interface Draft {
  readonly id: string;
  readonly text: string;
}

/** Keeps what is half typed while its reader looks elsewhere in the same tab, until it is sent. */
export class DraftController extends Controller<HTMLFormElement> {
  static override targets = ['text', 'id'];
  declare readonly textTarget: HTMLTextAreaElement;
  declare readonly idTarget: HTMLInputElement;

  override connect(): void {
    const draft = this.#kept;
    if (draft && !this.textTarget.value) this.#restore(draft);
  }

  keep(): void {
    const draft: Draft = { id: this.idTarget.value, text: this.textTarget.value };
    if (draft.text) sessionStorage.setItem(this.#name, JSON.stringify(draft));
    else this.#forget();
  }

  forget({ detail: { success } }: CustomEvent<{ readonly success?: boolean }>): void {
    if (success) this.#forget();
  }

  #restore({ id, text }: Draft): void {
    const asked = askedWith(id);
    if (asked?.trim() === text.trim()) {
      this.#forget();
      return;
    }
    this.textTarget.value = text;
    if (asked === undefined) this.idTarget.value = id;
  }

  get #kept(): Draft | undefined {
    const kept = sessionStorage.getItem(this.#name);
    return kept ? JSON.parse(kept) : undefined;
  }

  #forget(): void {
    sessionStorage.removeItem(this.#name);
  }

  get #name(): string {
    return `draft for ${this.element.action}`;
  }
}

/** What the page shows as asked with this form, where its reader left before the answer came. */
function askedWith(id: string): string | undefined {
  return document.getElementById(`message_${id}_body`)?.textContent;
}
