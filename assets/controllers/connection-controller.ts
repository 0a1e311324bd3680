import { Controller } from '@hotwired/stimulus';
import { browserClock } from '../cable/clock.ts';

const PATIENCE_MS = 3_000;

/**
 * Says that the server cannot be reached, or wants no connection, once that has lasted while somebody looks. As text
 * that comes and goes, so that a screen reader says it once. Whoever waits for the connection hears `connection:back`.
 */
export class ConnectionController extends Controller<HTMLElement> {
  static override values = { lost: String, refused: String };
  declare readonly lostValue: string;
  declare readonly refusedValue: string;

  #changes = new MutationObserver(() => this.#change());
  #state = document.documentElement.dataset.cable;
  #cancelPatience: (() => void) | undefined;

  override connect(): void {
    this.#changes.observe(document.documentElement, { attributeFilter: ['data-cable'] });
    this.look();
  }

  override disconnect(): void {
    this.#changes.disconnect();
    this.#takeBack();
  }

  look(): void {
    if (!isLost()) this.#takeBack();
    else if (this.element.textContent) this.#say(this.#sentence);
    else this.#cancelPatience ??= browserClock.after(PATIENCE_MS, () => this.#say(this.#sentence));
  }

  #change(): void {
    this.look();
    const { cable } = document.documentElement.dataset;
    if (cable === 'connected' && this.#state !== cable) this.dispatch('back');
    this.#state = cable;
  }

  #takeBack(): void {
    this.#cancelPatience?.();
    this.#cancelPatience = undefined;
    this.#say('');
  }

  get #sentence(): string {
    return document.documentElement.dataset.cable === 'refused' ? this.refusedValue : this.lostValue;
  }

  #say(text: string): void {
    if (this.element.textContent !== text) this.element.textContent = text;
  }
}

function isLost(): boolean {
  const { cable } = document.documentElement.dataset;
  return (cable === 'connecting' || cable === 'refused') && document.visibilityState === 'visible';
}
