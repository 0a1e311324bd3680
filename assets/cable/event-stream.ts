import { EventSourceParserStream } from 'eventsource-parser/stream';
import { SignsOfLife } from './signs-of-life.ts';
import type { Incoming } from './transport.ts';

export interface EventStreamListener {
  received(incoming: Incoming): void;
  lost(): void;
}

const FORBIDDEN = 403;

/**
 * One subscription by plain HTTP, told as Action Cable would tell it. By `fetch`, for an `EventSource` does not say
 * whether it was refused or the server is in trouble.
 */
export class EventStream {
  readonly #url: string;
  readonly #identifier: string;
  readonly #listener: EventStreamListener;
  readonly #life = new SignsOfLife();
  readonly #closing = new AbortController();
  #question: AbortController | undefined;

  constructor(url: string, identifier: string, listener: EventStreamListener) {
    this.#url = url;
    this.#identifier = identifier;
    this.#listener = listener;
    void this.#read()
      .catch(() => {})
      .then(() => this.#lose());
  }

  get isDead(): boolean {
    return this.#life.haveStopped;
  }

  /** Nothing is told any more. */
  close(): void {
    this.#closing.abort();
    this.#question?.abort();
  }

  /** Asks for a catch-up. Whoever asks again does not wait for the answer before any more. */
  ask(data: string): void {
    this.#question?.abort();
    this.#question = new AbortController();
    // An answer that is lost is asked for again by whoever waits for it.
    void this.#post(data, this.#question.signal).catch(() => {});
  }

  async #read(): Promise<void> {
    const headers = { accept: 'text/event-stream' };
    const response = await fetch(this.#address('events'), { headers, signal: this.#closing.signal });
    if (response.status === FORBIDDEN) return this.#tell({ type: 'reject_subscription' });
    if (!response.body || !isOf('text/event-stream', response)) return;
    this.#tell({ type: 'confirm_subscription' });
    const events = response.body
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new EventSourceParserStream())
      .getReader();
    for (let next = await events.read(); !next.done; next = await events.read()) {
      this.#life.hear();
      const { event, data } = next.value;
      this.#tell(event === undefined ? { message: data } : { type: event });
    }
  }

  async #post(body: string, signal: AbortSignal): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(this.#address('catch_up'), { method: 'POST', headers, body, signal });
    if (response.status === FORBIDDEN) this.#tell({ type: 'reject_subscription' });
    else if (isOf('text/vnd.turbo-stream.html', response)) this.#tell({ message: await response.text() });
  }

  #tell(incoming: Incoming): void {
    if (this.#closing.signal.aborted) return;
    this.#listener.received({ ...incoming, identifier: this.#identifier });
  }

  #lose(): void {
    if (!this.#closing.signal.aborted) this.#listener.lost();
  }

  #address(what: 'events' | 'catch_up'): string {
    const address = new URL(this.#url);
    address.pathname += `/${what}`;
    address.searchParams.set('stream', JSON.parse(this.#identifier).signed_stream_name);
    return address.href;
  }
}

/** What comes between a page and its server may answer in the server's place, and say that all is well. */
function isOf(type: string, { ok, headers }: Response): boolean {
  return ok && headers.get('content-type')?.startsWith(type) === true;
}
