import { Controller } from '@hotwired/stimulus';
import { browserClock } from '../cable/clock.ts';

const PATIENCE_MS = 3_000;

/**
 * Says that the server cannot be reached, once that has lasted while somebody looks. As text that comes and goes, so
 * that a screen reader says it once. Whoever waits for the connection hears `connection:back`.
 */
export class ConnectionController extends Controller<HTMLElement> {
  static override values = { lost: String };
  declare readonly lostValue: string;

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
    else this.#cancelPatience ??= browserClock.after(PATIENCE_MS, () => this.#say(this.lostValue));
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

  #say(text: string): void {
    if (this.element.textContent !== text) this.element.textContent = text;
  }
}

function isLost(): boolean {
  return document.documentElement.dataset.cable === 'connecting' && document.visibilityState === 'visible';
}
