/** What a server sends, as Action Cable's `actioncable-v1-json` has it. */
export interface Incoming {
  readonly type?: string;
  readonly identifier?: string;
  readonly message?: unknown;
  readonly reconnect?: boolean;
}

/** What a page sends. */
export interface Command {
  readonly command: 'subscribe' | 'unsubscribe' | 'message';
  readonly identifier: string;
  readonly data?: string;
}

/** A way between the page and the server, which is tried again whenever it is lost, until it is closed. */
export interface Transport {
  readonly isWelcome: boolean;
  open(): void;
  close(): void;
  /** Sends a command. What is sent while there is no way is dropped: `welcomed` says when to begin anew. */
  send(command: Command): void;
}

export interface TransportListener {
  /** Commands can be sent. */
  welcomed(): void;
  /** What was asked for is void; another try is on its way. */
  lost(): void;
  /** The server does not want this page's connection; none is tried until the next `open`. */
  refused(): void;
  received(incoming: Incoming): void;
}
