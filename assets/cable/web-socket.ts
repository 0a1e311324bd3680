import ReconnectingWebSocket from 'partysocket/ws';
import { ATTEMPTS } from './attempts.ts';
import { SILENCE_MS, SignsOfLife } from './signs-of-life.ts';
import type { Command, Incoming, Transport, TransportListener } from './transport.ts';
import { watch } from './watch.ts';

export interface WebSocketListener extends TransportListener {
  /** A try ended by itself before the server's welcome; the next one is on its way. */
  failed(): void;
}

/** Dispatched on `document` for each message as it came, for whoever measures. */
const MESSAGE_EVENT = 'cable:message';

/** Getters: partysocket reads its options for each attempt and knows no jitter of its own. */
const OPTIONS = {
  get minReconnectionDelay() {
    return ATTEMPTS.shortestMs;
  },
  get maxReconnectionDelay() {
    return ATTEMPTS.longestMs;
  },
  reconnectionDelayGrowFactor: ATTEMPTS.growth,
  connectionTimeout: SILENCE_MS,
  /** A connection that held so long starts the attempts anew. */
  minUptime: 1_000,
};

/**
 * A WebSocket that is opened again whenever it closes, whatever the code, and replaced when nothing arrives on it
 * any more. It tries at once when the tab becomes visible or the network comes or goes.
 */
export class WebSocketTransport implements Transport {
  readonly #url: string;
  readonly #listener: WebSocketListener;
  readonly #life = new SignsOfLife();
  #socket: ReconnectingWebSocket | undefined;
  #isWelcome = false;
  #closing = new AbortController();

  constructor(url: string, listener: WebSocketListener) {
    this.#url = url.replace(/^http/, 'ws');
    this.#listener = listener;
  }

  get isWelcome(): boolean {
    return this.#isWelcome;
  }

  open(): void {
    if (this.#socket) return;
    this.#closing = new AbortController();
    const watcher = {
      check: () => this.#isDead() && this.#replace(),
      switchNetwork: () => this.#replace(),
      switchTab: () => this.#hurry(),
    };
    watch(watcher, this.#closing.signal);
    this.#connect();
  }

  close(): void {
    this.#closing.abort();
    const socket = this.#socket;
    this.#socket = undefined;
    this.#isWelcome = false;
    socket?.close();
  }

  send(command: Command): void {
    if (this.#isWelcome) this.#socket?.send(JSON.stringify(command));
  }

  #connect(): void {
    const socket = new ReconnectingWebSocket(this.#url, ['actioncable-v1-json'], OPTIONS);
    this.#socket = socket;
    this.#life.hear();
    socket.addEventListener('open', () => this.#life.hear());
    socket.addEventListener('message', ({ data }) => this.#receive(data));
    socket.addEventListener('close', () => socket === this.#socket && this.#end());
  }

  #receive(data: string): void {
    document.dispatchEvent(new CustomEvent(MESSAGE_EVENT, { detail: data }));
    const incoming: Incoming = JSON.parse(data);
    this.#life.hear();
    if (incoming.type === 'welcome') this.#welcome();
    else if (incoming.type === 'disconnect') this.#disconnect(incoming);
    else if (incoming.type !== 'ping') this.#listener.received(incoming);
  }

  #welcome(): void {
    this.#isWelcome = true;
    this.#listener.welcomed();
  }

  #disconnect({ reconnect }: Incoming): void {
    if (reconnect !== false) return;
    this.close();
    this.#listener.refused();
  }

  #end(): void {
    if (this.#isWelcome) this.#lose();
    else this.#listener.failed();
  }

  #lose(): void {
    this.#isWelcome = false;
    this.#listener.lost();
  }

  #hurry(): void {
    if (document.visibilityState === 'visible' && (!this.#isOpen() || this.#isDead())) this.#replace();
  }

  /** By a new socket: partysocket's own `reconnect` does not cut a pause short. */
  #replace(): void {
    const old = this.#socket;
    this.#connect();
    old?.close();
    if (this.#isWelcome) this.#lose();
  }

  #isDead(): boolean {
    return this.#isOpen() && this.#life.haveStopped;
  }

  #isOpen(): boolean {
    return this.#socket?.readyState === ReconnectingWebSocket.OPEN;
  }
}
