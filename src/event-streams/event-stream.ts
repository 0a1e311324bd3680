import { once } from 'node:events';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** A bare string is the data of an unnamed event as it stands; an object is written as JSON. */
export type SentEvent = string | { readonly event?: string; readonly data: object };

/** How soon a reader that was cut asks again; it is told then that there is nothing more. */
const RETRY_MS = 300;
/** The id lets a reader that is cut before the first event, too, say that it had this stream. */
const OPENING = `id: 0\nretry: ${RETRY_MS}\n\n`;

/** Nobody on the way may change an event, or keep it. That nobody holds one back, the plugin asks for itself. */
const CACHE_CONTROL = 'private, no-cache, no-store, no-transform';

interface Circumstances {
  /** Fires when the process is about to end. */
  readonly closing: AbortSignal;
  /** A reader that takes nothing for so long has left: the model is not kept waiting for ever. */
  readonly patienceMs: number;
}

/** An event stream that is open to a reader. */
export class EventStream {
  /** Fires when the reader has left, or the process is about to end. */
  readonly gone: AbortSignal;
  readonly #raw: FastifyReply['raw'];
  readonly #patienceMs: number;
  #lastId = 0;

  /** Sends the head at once. */
  constructor(reply: FastifyReply, { closing, patienceMs }: Circumstances) {
    const left = new AbortController();
    this.#raw = reply.raw;
    this.#patienceMs = patienceMs;
    this.gone = AbortSignal.any([left.signal, closing]);
    reply.raw.once('close', () => left.abort());
    if (reply.raw.destroyed) left.abort();
    reply.header('cache-control', CACHE_CONTROL);
    reply.sse.sendHeaders();
    this.#write(OPENING);
  }

  /** Whether the reader does not keep up, so that what is sent now would only wait. */
  get isFull(): boolean {
    return this.#raw.writableNeedDrain;
  }

  /** Resolves when the reader takes more, or is gone. */
  async hasRoom(): Promise<void> {
    let waiting = this.#raw.writableLength;
    const impatience = setInterval(() => {
      if (this.#raw.writableLength === waiting) this.#raw.destroy();
      waiting = this.#raw.writableLength;
    }, this.#patienceMs);
    await once(this.#raw, 'drain', { signal: this.gone }).catch(() => {}); // whoever waits looks at `gone`
    clearInterval(impatience);
  }

  /** Sends at once, or nothing any more when the reader has left. */
  send(event: SentEvent): void {
    this.#write(frame(event, ++this.#lastId));
  }

  // The plugin's own `send` never ends when a reader leaves without having taken everything.
  #write(text: string): void {
    if (!this.#raw.destroyed) this.#raw.write(text);
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
export function wholeStream(events: readonly SentEvent[]): string {
  return events.map((event, index) => frame(event, index + 1)).join('');
}

function frame(event: SentEvent, id: number): string {
  if (typeof event === 'string') return `id: ${id}\ndata: ${event}\n\n`;
  const name = event.event ? `event: ${event.event}\n` : '';
  return `id: ${id}\n${name}data: ${JSON.stringify(event.data)}\n\n`;
}
