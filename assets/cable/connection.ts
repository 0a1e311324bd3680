import { browserClock } from './clock.ts';
import { EventStreams } from './event-streams.ts';
import type { Command, Transport, TransportListener } from './transport.ts';
import { WebSocketTransport } from './web-socket.ts';

const MOST_FAILURES = 2;
/** Some proxies neither let an upgrade through nor answer it. The page says after 3 s that there is no connection. */
const PATIENCE_MS = 2_000;

/**
 * A WebSocket, or event streams where a proxy lets none through. The WebSocket goes on being tried meanwhile, and takes
 * over as soon as the server welcomes it: the subscriptions begin anew on it, and catch up with what came in between.
 */
export class Connection implements Transport {
  readonly #listener: TransportListener;
  readonly #webSocket: WebSocketTransport;
  readonly #eventStreams: EventStreams;
  #isBlocked = false;
  #failures = 0;
  #cancelPatience = () => {};

  constructor(url: string, listener: TransportListener) {
    this.#listener = listener;
    this.#eventStreams = new EventStreams(url, listener);
    this.#webSocket = new WebSocketTransport(url, {
      welcomed: () => this.#takeOver(),
      lost: () => this.#lose(),
      failed: () => this.#fail(),
      refused: () => this.#refuse(),
      received: incoming => listener.received(incoming),
    });
  }

  get isWelcome(): boolean {
    return this.#current.isWelcome;
  }

  open(): void {
    this.#waitForWelcome();
    this.#webSocket.open();
  }

  close(): void {
    this.#reset();
    this.#webSocket.close();
  }

  send(command: Command): void {
    this.#current.send(command);
  }

  get #current(): Transport {
    return this.#isBlocked ? this.#eventStreams : this.#webSocket;
  }

  #takeOver(): void {
    if (this.#isBlocked) this.#listener.lost();
    this.#reset();
    this.#listener.welcomed();
  }

  #lose(): void {
    this.#listener.lost();
    this.#waitForWelcome();
  }

  #fail(): void {
    this.#failures += 1;
    if (this.#failures >= MOST_FAILURES) this.#fallBack();
  }

  #refuse(): void {
    this.#reset();
    this.#listener.refused();
  }

  #waitForWelcome(): void {
    this.#cancelPatience();
    if (!this.isWelcome) this.#cancelPatience = browserClock.after(PATIENCE_MS, () => this.#fallBack());
  }

  #fallBack(): void {
    this.#isBlocked = true;
    this.#eventStreams.open();
  }

  /** Event streams are left, if there are any. */
  #reset(): void {
    this.#cancelPatience();
    this.#failures = 0;
    this.#isBlocked = false;
    this.#eventStreams.close();
  }
}
