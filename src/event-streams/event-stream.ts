import type { FastifyReply, FastifyRequest } from 'fastify';

/** An event as `@fastify/sse` takes it; a bare string is the data of an unnamed one without an id. */
export type Event = string | { readonly event?: string; readonly data: object };

/** How soon a reader that was cut asks again; it is told then that there is nothing more. */
const RETRY_MS = 300;

/** Nobody on the way may hold an event back, change it, or keep it. */
const HEADERS = {
  'cache-control': 'private, no-cache, no-store, no-transform',
  'x-accel-buffering': 'no',
};

/** An event stream that is open to a reader. */
export class EventStream {
  readonly #sse: FastifyReply['sse'];
  readonly #left = new AbortController();
  readonly #hasLeft: Promise<void>;
  #lastId = 0;

  /** Sends the head at once. */
  constructor(reply: FastifyReply) {
    this.#sse = reply.sse;
    this.#hasLeft = new Promise(resolve => this.left.addEventListener('abort', () => resolve()));
    reply.raw.once('close', () => this.#left.abort());
    reply.headers(HEADERS);
    this.#sse.sendHeaders();
    reply.raw.write(`retry: ${RETRY_MS}\n\n`);
  }

  /** Fires when the reader has left. */
  get left(): AbortSignal {
    return this.#left.signal;
  }

  /** Resolves when there is room for another event, or the reader has left. */
  async send(event: Event): Promise<void> {
    if (this.left.aborted) return;
    const numbered = typeof event === 'string' ? event : { id: String(++this.#lastId), ...event };
    // By itself `send` would wait for ever for a reader that left without having taken everything.
    await Promise.race([this.#sse.send(numbered), this.#hasLeft]);
  }
}

/**
 * Whether the reader had this stream before and lost it. The model is not asked, and billed, a second time; the answer
 * for it is 204, after which an `EventSource` asks no more.
 */
export function isReconnecting({ headers }: FastifyRequest): boolean {
  return headers['last-event-id'] !== undefined;
}

/** A stream that is complete before it begins, as text. */
export function wholeStream(events: readonly Event[]): string {
  return events.map(frame).join('');
}

function frame(event: Event): string {
  if (typeof event === 'string') return `data: ${event}\n\n`;
  const name = event.event ? `event: ${event.event}\n` : '';
  return `${name}data: ${JSON.stringify(event.data)}\n\n`;
}
