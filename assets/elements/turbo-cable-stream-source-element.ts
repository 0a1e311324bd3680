import '@hotwired/turbo';
import { Cable } from '../cable/cable.ts';
import { guardMorphs } from '../cable/morphing.ts';
import { watchForms } from '../cable/own-visit.ts';
import { checkSteps } from '../cable/steps.ts';
import type { Source } from '../cable/subscription.ts';
import { tab } from '../cable/tab.ts';
import { listenForWishes } from '../cable/wishes.ts';
import { carryOut } from '../carry-out.ts';

const cable = new Cable(`${location.origin}/cable?tab=${tab}`);

/**
 * `<turbo-cable-stream-source channel="…" signed-stream-name="…">` hands each frame of its stream to Turbo, and has
 * the attribute `connected` while it is subscribed. The stream changes the list that `list` names by its id, or else
 * `messages`. It does nothing in Turbo's previews.
 */
export class TurboCableStreamSourceElement extends HTMLElement implements Source {
  static readonly observedAttributes = ['channel', 'signed-stream-name'];

  #unfollow: (() => void) | undefined;

  connectedCallback(): void {
    // A page from Turbo's cache brings the attribute along.
    this.showConnected(false);
    if (this.#isPreview) return;
    this.#unfollow = cable.follow(this.#identifier, this);
  }

  disconnectedCallback(): void {
    this.#unfollow?.();
    this.#unfollow = undefined;
  }

  attributeChangedCallback(): void {
    if (!this.#unfollow) return;
    this.disconnectedCallback();
    this.connectedCallback();
  }

  get list(): string {
    return this.getAttribute('list') ?? 'messages';
  }

  showConnected(yes: boolean): void {
    this.toggleAttribute('connected', yes);
  }

  receive(frame: string): void {
    carryOut(frame);
  }

  get #isPreview(): boolean {
    return document.documentElement.hasAttribute('data-turbo-preview');
  }

  get #identifier(): string {
    return JSON.stringify({
      channel: this.getAttribute('channel'),
      signed_stream_name: this.getAttribute('signed-stream-name'),
    });
  }
}

if (!customElements.get('turbo-cable-stream-source')) {
  checkSteps(cable);
  guardMorphs();
  listenForWishes(cable);
  watchForms();
  customElements.define('turbo-cable-stream-source', TurboCableStreamSourceElement);
}
