import { Controller } from '@hotwired/stimulus';
import { draftName } from './draft-controller.ts';

/** Both as JSON, to be compared. */
interface Draft {
  /** What the server had drawn where the typing began. */
  readonly drawn: string;
  readonly typed: string;
}

/**
 * Keeps what is typed into a form of many fields until it is saved, or its reader gives it up. Where the form is drawn
 * with something else than what was changed, it is offered, and does not take the place of that.
 */
export class FormDraftController extends Controller<HTMLFormElement> {
  static override targets = ['offer'];
  declare readonly offerTarget: HTMLElement;

  #drawn = '';

  /** A form that was refused is drawn as it was typed: its draft is the one that it had before. */
  override connect(): void {
    const draft = this.#kept;
    const drawn = this.#drawnFields;
    this.#drawn = draft?.typed === drawn ? draft.drawn : drawn;
    if (draft?.drawn === drawn) this.restore();
    else this.offerTarget.hidden = !draft || draft.typed === drawn;
  }

  restore(): void {
    const typed: Readonly<Record<string, string>> = JSON.parse(this.#kept?.typed ?? '{}');
    for (const [name, value] of Object.entries(typed)) {
      const field = this.element.elements.namedItem(name);
      if (field && 'value' in field) field.value = value;
      if (field instanceof Element && value) field.closest('details')?.setAttribute('open', '');
    }
    this.keep();
  }

  keep(): void {
    const draft: Draft = { drawn: this.#drawn, typed: fieldsOf(this.element) };
    if (draft.typed === draft.drawn) this.discard();
    else sessionStorage.setItem(this.#name, JSON.stringify(draft));
    this.offerTarget.hidden = true;
  }

  forget({ detail: { success } }: DocumentEventMap['turbo:submit-end']): void {
    if (success) this.discard();
  }

  discard(): void {
    sessionStorage.removeItem(this.#name);
  }

  /** Browsers may have filled it in again by themselves. */
  get #drawnFields(): string {
    const drawn = document.importNode(this.element, true);
    drawn.reset();
    return fieldsOf(drawn);
  }

  get #kept(): Draft | undefined {
    const kept = sessionStorage.getItem(this.#name);
    return kept ? JSON.parse(kept) : undefined;
  }

  get #name(): string {
    return draftName(this.element.action);
  }
}

function fieldsOf(form: HTMLFormElement): string {
  return JSON.stringify(Object.fromEntries(new FormData(form)));
}
