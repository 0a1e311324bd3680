import { Arrivals, type Reception } from './arrivals.ts';
import { tidied } from './drawn-html.ts';
import type { Frame } from './frame.ts';
import type { Instant } from './marks.ts';
import type { ShownPage } from './shown-page.ts';

/** What one page saw of one reply. */
export interface Outcome extends Reception {
  readonly messageId: string;
  readonly status: string;
  readonly version: number;
  /** The HTML of its text, as shown in the end. */
  readonly body: string;
  /** Whether the text was shown so already before the message came once more, whole. */
  readonly wasRight: boolean;
  /** When the model was asked. */
  readonly requestAt: Instant;
  /** Those that were asked for. */
  readonly catchUps: number;
  /** How often the page lost its connection. */
  readonly losses: number;
}

/** A connection that counts what came on it. */
export interface Counter {
  readonly bytesRead: number;
}

/** Looks at what a page receives and shows, from before a question until its reply is complete. */
export class Watch {
  readonly #page: ShownPage;
  readonly #connection: Counter;
  readonly #bytesBefore: number;
  readonly #newestBefore: string | undefined;
  readonly #done = Promise.withResolvers<Outcome>();
  readonly #arrivals = new Arrivals();
  #requestAt: Instant = 0;
  #frames = 0;
  #plainBytes = 0;
  #catchUps = 0;
  #losses = 0;
  /** The text as the live frames have left it. */
  #liveBody = '';

  constructor(page: ShownPage, connection: Counter) {
    this.#page = page;
    this.#connection = connection;
    this.#bytesBefore = connection.bytesRead;
    this.#newestBefore = page.newest?.id;
  }

  /** Resolves when the page shows the reply as complete. */
  get done(): Promise<Outcome> {
    return this.#done.promise;
  }

  /** Counts any message on the socket. */
  received(payloadBytes: number): void {
    this.#plainBytes += payloadBytes + frameHeaderBytes(payloadBytes);
  }

  /** Counts any frame of the stream. */
  framed(): void {
    this.#frames += 1;
  }

  /** The page has what this frame brings. */
  arrived({ marks, requestAt }: Frame, arrivedAt: number): void {
    if (requestAt !== undefined) this.#requestAt = requestAt;
    this.#arrivals.add(marks, arrivedAt);
  }

  askedForCatchUp(): void {
    this.#catchUps += 1;
  }

  lostConnection(): void {
    this.#losses += 1;
  }

  /** The page has changed. */
  look(): void {
    const { newest } = this.#page;
    if (!newest || newest.id === this.#newestBefore || newest.role !== 'assistant') return;
    if (newest.status === 'pending' || newest.status === 'streaming') {
      this.#liveBody = newest.body;
      return;
    }
    this.#done.resolve({
      ...this.#arrivals.summary,
      messageId: newest.id.replace('message_', ''),
      status: newest.status,
      version: newest.version,
      body: newest.body,
      wasRight: tidied(this.#liveBody) === tidied(newest.body),
      requestAt: this.#requestAt,
      frames: this.#frames,
      plainBytes: this.#plainBytes,
      wireBytes: this.#connection.bytesRead - this.#bytesBefore,
      catchUps: this.#catchUps,
      losses: this.#losses,
    });
  }

  break(error: Error): void {
    this.#done.reject(error);
  }
}

/** RFC 6455, 5.2: two bytes, and two or eight for a length that does not fit into seven bits. */
function frameHeaderBytes(payloadBytes: number): number {
  if (payloadBytes < 126) return 2;
  return payloadBytes < 65_536 ? 4 : 10;
}
