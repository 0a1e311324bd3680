import ReconnectingWebSocket from 'partysocket/ws';

/** What a server sends, as Action Cable's `actioncable-v1-json` has it. */
export interface Incoming {
  readonly type?: string;
  readonly identifier?: string;
  readonly message?: unknown;
  readonly reconnect?: boolean;
}

export interface ConnectionListener {
  /** The server is ready for commands. */
  welcomed(): void;
  /** The connection is gone; another is on its way. */
  lost(): void;
  /** The server does not want this page's connection; none is tried until the next `open`. */
  refused(): void;
  received(incoming: Incoming): void;
}

/** Dispatched on `document` for each message as it came, for whoever measures. */
const MESSAGE_EVENT = 'cable:message';
/** The server pings every 3 s, so a connection silent for longer has missed two. */
const SILENCE_MS = 7_000;
const CHECK_EVERY_MS = 500;

/** Getters: partysocket reads its options for each attempt and knows no jitter of its own. */
const ATTEMPTS = {
  get minReconnectionDelay() {
    return between(50, 200);
  },
  get maxReconnectionDelay() {
    return between(5_000, 10_000);
  },
  reconnectionDelayGrowFactor: 2,
  connectionTimeout: SILENCE_MS,
  /** A connection that held so long starts the attempts anew. */
  minUptime: 1_000,
};

/**
 * A WebSocket that is opened again whenever it closes, whatever the code, and replaced when nothing arrives on it
 * any more. It tries at once when the tab becomes visible or the network returns.
 */
export class Connection {
  readonly #url: string;
  readonly #listener: ConnectionListener;
  #socket: ReconnectingWebSocket | undefined;
  #isWelcome = false;
  #heardAt = 0;
  #closing = new AbortController();

  constructor(url: string, listener: ConnectionListener) {
    this.#url = url;
    this.#listener = listener;
  }

  get isWelcome(): boolean {
    return this.#isWelcome;
  }

  open(): void {
    if (this.#socket) return;
    this.#closing = new AbortController();
    const { signal } = this.#closing;
    const checks = setInterval(() => this.#isSilent() && this.#replace(), CHECK_EVERY_MS);
    signal.addEventListener('abort', () => clearInterval(checks));
    addEventListener('online', () => this.#replace(), { signal });
    document.addEventListener('visibilitychange', () => this.#hurry(), { signal });
    this.#connect();
  }

  close(): void {
    this.#closing.abort();
    const socket = this.#socket;
    this.#socket = undefined;
    this.#isWelcome = false;
    socket?.close();
  }

  /** Sends a command. What is sent while there is no connection is dropped: `welcomed` says when to begin anew. */
  send(command: object): void {
    if (this.#isWelcome) this.#socket?.send(JSON.stringify(command));
  }

  #connect(): void {
    const socket = new ReconnectingWebSocket(this.#url, ['actioncable-v1-json'], ATTEMPTS);
    this.#socket = socket;
    socket.addEventListener('open', () => this.#hear());
    socket.addEventListener('message', ({ data }) => this.#receive(data));
    socket.addEventListener('close', () => socket === this.#socket && this.#lose());
  }

  #receive(data: string): void {
    document.dispatchEvent(new CustomEvent(MESSAGE_EVENT, { detail: data }));
    const incoming: Incoming = JSON.parse(data);
    this.#hear();
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

  #lose(): void {
    this.#isWelcome = false;
    this.#listener.lost();
  }

  #hurry(): void {
    if (document.visibilityState === 'visible' && (!this.#isOpen() || this.#isSilent())) this.#replace();
  }

  /** By a new socket: partysocket's own `reconnect` does not cut a pause short. */
  #replace(): void {
    const old = this.#socket;
    this.#connect();
    old?.close();
    this.#lose();
  }

  #hear(): void {
    this.#heardAt = Date.now();
  }

  /** By the clock on the wall, which goes on while a computer sleeps. */
  #isSilent(): boolean {
    return this.#isOpen() && Date.now() - this.#heardAt > SILENCE_MS;
  }

  #isOpen(): boolean {
    return this.#socket?.readyState === ReconnectingWebSocket.OPEN;
  }
}

function between(least: number, most: number): number {
  return least + Math.random() * (most - least);
}
