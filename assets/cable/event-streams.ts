import { pauseAfter } from './attempts.ts';
import { browserClock } from './clock.ts';
import { EventStream } from './event-stream.ts';
import type { Command, Incoming, Transport, TransportListener } from './transport.ts';

const CHECK_EVERY_MS = 500;

/**
 * The cable without a WebSocket: an event stream for each subscription, and a POST for each question. They are opened
 * again together when one of them is lost. A hidden tab has none: all tabs share the six connections that browsers
 * open to a server.
 */
export class EventStreams implements Transport {
  readonly #url: string;
  readonly #listener: TransportListener;
  readonly #streams = new Map<string, EventStream>();
  #isWelcome = false;
  #failures = 0;
  #closing: AbortController | undefined;
  #cancelPause = () => {};

  constructor(url: string, listener: TransportListener) {
    this.#url = url;
    this.#listener = listener;
  }

  get isWelcome(): boolean {
    return this.#isWelcome;
  }

  open(): void {
    if (this.#closing) return;
    this.#closing = new AbortController();
    const { signal } = this.#closing;
    const checks = setInterval(() => this.#isDead() && this.#lose(), CHECK_EVERY_MS);
    signal.addEventListener('abort', () => clearInterval(checks));
    for (const change of ['online', 'offline']) addEventListener(change, () => this.#startOver(), { signal });
    document.addEventListener('visibilitychange', () => this.#startOver(), { signal });
    this.#begin();
  }

  close(): void {
    this.#closing?.abort();
    this.#closing = undefined;
    this.#failures = 0;
    this.#end();
  }

  send({ command, identifier, data }: Command): void {
    if (!this.#isWelcome) return;
    const stream = this.#streams.get(identifier);
    if (command === 'subscribe' && !stream) this.#subscribe(identifier);
    if (command === 'unsubscribe') this.#unsubscribe(identifier);
    if (command === 'message' && data !== undefined) stream?.ask(data);
  }

  #subscribe(identifier: string): void {
    const stream = new EventStream(this.#url, identifier, {
      received: incoming => this.#receive(incoming),
      lost: () => this.#lose(),
    });
    this.#streams.set(identifier, stream);
  }

  /** A stream that is refused is not opened again by itself; one that lived to bring a ping holds. */
  #receive(incoming: Incoming): void {
    const { type, identifier = '' } = incoming;
    if (type === 'ping') this.#failures = 0;
    if (type === 'reject_subscription') this.#unsubscribe(identifier);
    if (type !== 'ping') this.#listener.received(incoming);
  }

  #unsubscribe(identifier: string): void {
    this.#streams.get(identifier)?.close();
    this.#streams.delete(identifier);
  }

  #begin(): void {
    if (document.visibilityState === 'hidden') return;
    this.#isWelcome = true;
    this.#listener.welcomed();
  }

  #lose(): void {
    this.#end();
    this.#listener.lost();
    this.#cancelPause = browserClock.after(pauseAfter(this.#failures), () => this.#begin());
    this.#failures += 1;
  }

  #startOver(): void {
    this.#end();
    this.#listener.lost();
    this.#begin();
  }

  #end(): void {
    this.#cancelPause();
    this.#isWelcome = false;
    for (const stream of this.#streams.values()) stream.close();
    this.#streams.clear();
  }

  #isDead(): boolean {
    return [...this.#streams.values()].some(({ isDead }) => isDead);
  }
}
