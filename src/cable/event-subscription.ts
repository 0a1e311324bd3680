import { finished } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { ownDialect } from './dialects.ts';
import { GOODBYE_MS, type Reader } from './readers.ts';
import { MOST_WAITING_BYTES, whenStuck } from './slow-readers.ts';
import { type Subscriber, Subscription, type SubscriptionDependencies } from './subscription.ts';

/** How soon a page that lost the stream asks for it again. */
const RETRY_MS = 1_000;

/** Nobody on the way may keep an event, change it, or hold it back. */
const HEAD = {
  'content-type': 'text/event-stream',
  'cache-control': 'private, no-cache, no-store, no-transform',
  'x-accel-buffering': 'no',
};

/** One stream that a page follows as an event stream. That it opens is the confirmation. */
export class EventSubscription implements Subscriber, Reader {
  readonly userId: string;
  readonly #reply: FastifyReply;
  readonly #response: FastifyReply['raw'];
  readonly #subscription: Subscription;
  #isBackedUp = false;

  private constructor(deps: SubscriptionDependencies, reply: FastifyReply, userId: string, stream: string) {
    this.userId = userId;
    this.#reply = reply;
    this.#response = reply.raw;
    this.#subscription = new Subscription(deps, this, stream, ownDialect);
  }

  /** Answers with the event stream. @returns `undefined`, with nothing answered, where the user may not follow the stream */
  static async open(
    deps: SubscriptionDependencies,
    reply: FastifyReply,
    userId: string,
    stream: string,
  ): Promise<EventSubscription | undefined> {
    const opened = new EventSubscription(deps, reply, userId, stream);
    return (await opened.#subscription.begin()) ? opened : undefined;
  }

  get isBackedUp(): boolean {
    return this.#isBackedUp;
  }

  confirm(): void {
    this.#reply.hijack();
    for (const [name, value = ''] of Object.entries(this.#reply.headers(HEAD).getHeaders()))
      this.#response.setHeader(name, value);
    this.#response.on('drain', () => this.#drained());
    finished(this.#response, () => this.#subscription.end()); // also where the page has left already
    whenStuck(this.#response, () => this.#response.destroy());
    this.#write(`retry: ${RETRY_MS}\n\n`);
  }

  /** Line breaks cannot stand in an event's data: each line is one of its own, and HTML takes all breaks for the same. */
  tell(html: string): void {
    const lines = html.split(/\r\n?|\n/).map(line => `data: ${line}\n`);
    this.#write(`${lines.join('')}\n`);
  }

  ping(now: number): void {
    if (!this.#isBackedUp) this.#write(`event: ping\ndata: ${now}\n\n`);
  }

  sendAway(): void {
    this.#response.end();
    setTimeout(() => this.#response.destroy(), GOODBYE_MS).unref();
  }

  #write(text: string): void {
    if (this.#response.writableEnded || this.#response.destroyed) return;
    this.#response.write(text);
    this.#isBackedUp ||= this.#response.writableLength > MOST_WAITING_BYTES;
  }

  #drained(): void {
    this.#isBackedUp = false;
    this.#subscription.drained();
  }
}
