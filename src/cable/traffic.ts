import type { CountedCause } from './catch-up-causes.ts';

export const TRANSPORTS = ['websocket', 'event_stream'] as const;
export type Transport = (typeof TRANSPORTS)[number];

/** A connection, as far as it is counted. */
interface Counted {
  readonly bytesWritten: number;
}

/**
 * What goes over the cable of this process. Plain numbers, so that counting costs a frame nothing, whether or not anybody
 * ever looks; bytes are the system's own count, which is asked when somebody does.
 */
export class Traffic {
  /** Streams that are followed now. */
  subscriptions = 0;
  /** Live frames, once for each reader that was sent them. */
  frames = 0;
  /** How often a stock client was told to fetch its page anew. */
  refreshes = 0;
  /** Catch-ups that were answered. */
  readonly catchUps = new Map<CountedCause, number>();
  readonly #lanes: Readonly<Record<Transport, Lane>> = {
    websocket: new Lane(),
    event_stream: new Lane(),
  };

  caughtUp(cause: CountedCause): void {
    this.catchUps.set(cause, (this.catchUps.get(cause) ?? 0) + 1);
  }

  /** Counts a connection from now on. @returns what to call when it has ended */
  open(transport: Transport, connection: Counted): () => void {
    return this.#lanes[transport].open(connection);
  }

  /** Connections that are open now. */
  connections(transport: Transport): number {
    return this.#lanes[transport].connections;
  }

  /** What was written to connections so far, compressed as it was. It never goes down. */
  bytes(transport: Transport): number {
    return this.#lanes[transport].bytes();
  }
}

/** The connections of one transport. */
class Lane {
  readonly #open = new Map<() => void, () => number>();
  #bytesOfClosed = 0;
  #mostBytes = 0;

  get connections(): number {
    return this.#open.size;
  }

  open(connection: Counted): () => void {
    const before = connection.bytesWritten;
    const sent = () => connection.bytesWritten - before;
    const end = () => {
      if (this.#open.delete(end)) this.#bytesOfClosed += sent();
    };
    this.#open.set(end, sent);
    return end;
  }

  /** What still waits for a reader counts as written, until the reader leaves without it. */
  bytes(): number {
    let bytes = this.#bytesOfClosed;
    for (const sent of this.#open.values()) bytes += sent();
    this.#mostBytes = Math.max(this.#mostBytes, bytes);
    return this.#mostBytes;
  }
}
