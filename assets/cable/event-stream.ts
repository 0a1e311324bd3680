import { EventSourceParserStream } from 'eventsource-parser/stream';
import { addressOf, isOf, isRefusal, streamNameOf } from './plain-http.ts';
import { SignsOfLife } from './signs-of-life.ts';
import type { Incoming } from './transport.ts';

export interface EventStreamListener {
  received(incoming: Incoming): void;
  lost(): void;
}

/**
 * Subscriptions by one plain HTTP request, told as Action Cable would tell them. By `fetch`, for an `EventSource` does
 * not say whether it was refused or the server is in trouble.
 */
export class EventStream {
  readonly #url: string;
  /** By the names of their streams. */
  readonly #identifiers: ReadonlyMap<string, string>;
  readonly #listener: EventStreamListener;
  readonly #life = new SignsOfLife();
  readonly #closing = new AbortController();

  constructor(url: string, identifiers: Iterable<string>, listener: EventStreamListener) {
    this.#url = url;
    this.#identifiers = new Map([...identifiers].map(identifier => [streamNameOf(identifier), identifier]));
    this.#listener = listener;
    void this.#read()
      .catch(() => {})
      .then(() => this.#closing.signal.aborted || this.#listener.lost());
  }

  get isDead(): boolean {
    return this.#life.haveStopped;
  }

  /** Nothing is told any more. */
  close(): void {
    this.#closing.abort();
  }

  async #read(): Promise<void> {
    const names = [...this.#identifiers.keys()];
    const headers = { accept: 'text/event-stream' };
    const { signal } = this.#closing;
    const response = await fetch(addressOf(this.#url, 'events', names), { headers, signal });
    if (isRefusal(response)) return this.#reject(names);
    if (!response.body || !isOf('text/event-stream', response)) return;
    const events = response.body
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new EventSourceParserStream())
      .getReader();
    for (let next = await events.read(); !next.done; next = await events.read()) {
      this.#life.hear();
      this.#hear(next.value);
    }
  }

  /** A frame's event is named after its stream, unless that is the only one. */
  #hear({ event, data }: { readonly event?: string | undefined; readonly data: string }): void {
    if (event === 'ping') this.#tell({ type: 'ping' });
    else if (event === 'confirm') this.#tell({ type: 'confirm_subscription' }, data);
    else if (event === 'reject') this.#reject([data]);
    else this.#tell({ message: data }, event ?? [...this.#identifiers.keys()][0]);
  }

  #reject(names: readonly string[]): void {
    for (const name of names) this.#tell({ type: 'reject_subscription' }, name);
  }

  #tell(incoming: Incoming, name = ''): void {
    if (this.#closing.signal.aborted) return;
    try {
      this.#listener.received({ ...incoming, identifier: this.#identifiers.get(name) ?? '' });
    } catch (error) {
      // The stream goes on: an error of the page's own would come again with the next one.
      reportError(error);
    }
  }
}
