import { Controller } from '@hotwired/stimulus';

type SubmitEnd = CustomEvent<{ readonly success?: boolean }>;

/** Says in the heading and in the tab how the conversation is called, and has it called otherwise. */
export class TitleController extends Controller<HTMLElement> {
  static override targets = ['heading', 'naming', 'field'];
  declare readonly headingTarget: HTMLElement;
  declare readonly namingTarget: HTMLDetailsElement;
  declare readonly fieldTarget: HTMLInputElement;

  /** What is typed at the moment stays. */
  show(title: string): void {
    if (this.headingTarget.textContent !== title) this.headingTarget.textContent = title;
    document.title = `${title} · Parley`;
    this.fieldTarget.defaultValue = title;
  }

  edit(): void {
    if (!this.namingTarget.open) return;
    this.fieldTarget.focus();
    this.fieldTarget.select();
  }

  finish({ detail: { success } }: SubmitEnd): void {
    if (success) this.#close();
  }

  cancel(): void {
    this.#close();
    this.namingTarget.querySelector('summary')?.focus();
  }

  /** The field then shows the title again, and the next one that comes. */
  #close(): void {
    this.namingTarget.open = false;
    this.fieldTarget.form?.reset();
  }
}
