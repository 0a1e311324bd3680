import { Controller } from '@hotwired/stimulus';

/** Whoever types on has not come to the end of a word. */
const PAUSE_MS = 150;
const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };

/** Shows what is found while somebody types, and leads the keyboard from the field through the results and back. */
export class SearchController extends Controller<HTMLElement> {
  static override targets = ['field', 'results', 'status', 'link'];
  declare readonly fieldTarget: HTMLInputElement;
  declare readonly resultsTarget: HTMLElement;
  declare readonly statusTarget: HTMLElement;
  declare readonly linkTargets: readonly HTMLAnchorElement[];

  #pause = 0;

  override disconnect(): void {
    clearTimeout(this.#pause);
  }

  look(): void {
    clearTimeout(this.#pause);
    if (this.#words) this.#pause = window.setTimeout(() => this.#load(), PAUSE_MS);
    else this.#clear();
  }

  tell(): void {
    this.statusTarget.textContent = this.resultsTarget.querySelector('p')?.textContent ?? '';
  }

  move(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const stops = [this.fieldTarget, ...this.linkTargets];
    const place = stops.findIndex(stop => stop.matches(':focus'));
    const next = stops[place + (STEPS[event.key] ?? Number.NaN)];
    if (event.key === 'Escape' && this.fieldTarget.value) this.#cancel();
    else if (next) next.focus();
    else return;
    event.preventDefault();
  }

  #cancel(): void {
    this.fieldTarget.value = '';
    this.fieldTarget.focus();
    this.look();
  }

  #load(): void {
    this.resultsTarget.setAttribute('src', `/search?q=${encodeURIComponent(this.#words)}`);
  }

  #clear(): void {
    this.resultsTarget.removeAttribute('src');
    this.resultsTarget.replaceChildren();
    this.statusTarget.textContent = '';
  }

  get #words(): string {
    return this.fieldTarget.value.trim();
  }
}
