import { pauseAfter } from './attempts.ts';
import { browserClock } from './clock.ts';
import { EventStream } from './event-stream.ts';
import { Questions } from './questions.ts';
import type { Command, Incoming, Transport, TransportListener } from './transport.ts';
import { watch } from './watch.ts';

/**
 * The cable without a WebSocket: one event stream for all subscriptions, and a POST for each question. It is opened anew
 * when a subscription is added, and when it is lost. A hidden tab has none: all tabs share the six connections that
 * browsers open to a server.
 */
export class EventStreams implements Transport {
  readonly #url: string;
  readonly #listener: TransportListener;
  readonly #questions: Questions;
  readonly #followed = new Set<string>();
  #stream: EventStream | undefined;
  #isWelcome = false;
  #failures = 0;
  #closing: AbortController | undefined;
  #cancelPause = () => {};

  constructor(url: string, listener: TransportListener) {
    this.#url = url;
    this.#listener = listener;
    this.#questions = new Questions(url, incoming => this.#receive(incoming));
  }

  get isWelcome(): boolean {
    return this.#isWelcome;
  }

  open(): void {
    if (this.#closing) return;
    this.#closing = new AbortController();
    const startOver = () => this.#startOver();
    const check = () => this.#stream?.isDead && this.#lose();
    watch({ check, switchNetwork: startOver, switchTab: startOver }, this.#closing.signal);
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
    if (command === 'subscribe') this.#follow(identifier);
    if (command === 'unsubscribe') this.#leave(identifier);
    if (command === 'message' && data !== undefined) this.#questions.ask(identifier, data);
  }

  /** What the page follows comes at once, and is asked for together. */
  #follow(identifier: string): void {
    if (this.#followed.has(identifier)) return;
    this.#followed.add(identifier);
    this.#closeStream();
    queueMicrotask(() => this.#openStream());
  }

  /** Its frames are not listened to; the next event stream comes without it. */
  #leave(identifier: string): void {
    this.#questions.drop(identifier);
    this.#followed.delete(identifier);
    if (this.#followed.size === 0) this.#closeStream();
  }

  #openStream(): void {
    if (this.#followed.size === 0) return;
    this.#stream ??= new EventStream(this.#url, this.#followed, {
      received: incoming => this.#receive(incoming),
      lost: () => this.#lose(),
    });
  }

  #closeStream(): void {
    this.#stream?.close();
    this.#stream = undefined;
  }

  /** What is refused is not asked for again by itself; an event stream that lived to bring a ping holds. */
  #receive(incoming: Incoming): void {
    const { type, identifier = '' } = incoming;
    if (type === 'ping') this.#failures = 0;
    if (type === 'reject_subscription') this.#leave(identifier);
    if (type !== 'ping') this.#listener.received(incoming);
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
    this.#questions.dropAll();
    this.#followed.clear();
    this.#closeStream();
  }
}
