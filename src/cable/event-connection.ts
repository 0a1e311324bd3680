import { finished } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { verifyStreamName } from '../turbo/signed-stream-name.ts';
import { ownDialect } from './dialects.ts';
import type { Frames } from './frames.ts';
import { GOODBYE_MS, type Reader } from './readers.ts';
import { MOST_WAITING_BYTES, whenStuck } from './slow-readers.ts';
import { type Subscriber, Subscription, type SubscriptionDependencies } from './subscription.ts';

interface EventConnectionDependencies extends SubscriptionDependencies {
  /** Written by `drawEvent`. */
  readonly frames: Frames;
  readonly secretKey: string;
}

/** How soon a page that lost the event stream asks for it again. */
const RETRY_MS = 1_000;

/** The name of events that have none. */
const MESSAGE = '';

/** The streams that a page follows by one event stream, known by their signed names. */
export class EventConnection implements Reader {
  readonly #reply: FastifyReply;
  readonly #response: FastifyReply['raw'];
  readonly #subscriptions = new Map<string, Subscription>();
  #isBackedUp = false;

  private constructor(reply: FastifyReply) {
    this.#reply = reply;
    this.#response = reply.raw;
  }

  /**
   * Answers with the event stream, which says first which of the streams it brings. A frame of several is an event by
   * the name of its stream; one of a single stream has none, as stock stream sources have it.
   * @returns `undefined`, with nothing answered, where the user may follow none of the streams
   */
  static async open(
    deps: EventConnectionDependencies,
    reply: FastifyReply,
    userId: string,
    names: readonly string[],
  ): Promise<EventConnection | undefined> {
    const connection = new EventConnection(reply);
    await connection.#follow(deps, userId, names);
    if (connection.#subscriptions.size === 0) return undefined;
    connection.#begin(names);
    return connection;
  }

  async #follow(deps: EventConnectionDependencies, userId: string, names: readonly string[]): Promise<void> {
    try {
      for (const name of new Set(names)) {
        const stream = verifyStreamName(deps.secretKey, name);
        if (stream === undefined) continue;
        const subscriber = this.#subscriber(deps, userId, names.length > 1 ? name : MESSAGE);
        const subscription = new Subscription(deps, subscriber, stream, ownDialect);
        if (await subscription.begin()) this.#subscriptions.set(name, subscription);
      }
    } finally {
      finished(this.#response, () => this.#end()); // also where the page has left already
    }
  }

  #subscriber({ frames }: EventConnectionDependencies, userId: string, event: string): Subscriber {
    const isBackedUp = () => this.#isBackedUp;
    return {
      userId,
      get isBackedUp() {
        return isBackedUp();
      },
      tell: html => this.#write(frames.serialize(event, html)),
    };
  }

  #begin(names: readonly string[]): void {
    this.#reply.hijack();
    for (const [name, value = ''] of Object.entries(this.#reply.getHeaders()))
      this.#response.setHeader(name, value);
    this.#response.setHeader('content-type', 'text/event-stream');
    this.#response.on('drain', () => this.#drained());
    whenStuck(this.#response, () => this.#response.destroy());
    this.#write(`retry: ${RETRY_MS}\n\n`);
    for (const name of names)
      this.#write(drawEvent(this.#subscriptions.has(name) ? 'confirm' : 'reject', name));
    for (const subscription of this.#subscriptions.values()) subscription.confirm();
  }

  ping(now: number): void {
    if (!this.#isBackedUp) this.#write(drawEvent('ping', String(now)));
  }

  sendAway(): void {
    this.#response.end();
    setTimeout(() => this.#response.destroy(), GOODBYE_MS).unref();
  }

  #write(event: string | Buffer): void {
    if (this.#response.writableEnded || this.#response.destroyed) return;
    this.#response.write(event);
    this.#isBackedUp ||= this.#response.writableLength > MOST_WAITING_BYTES;
  }

  #drained(): void {
    this.#isBackedUp = false;
    for (const subscription of this.#subscriptions.values()) subscription.drained();
  }

  async #end(): Promise<void> {
    for (const subscription of this.#subscriptions.values()) await subscription.end();
  }
}

/** Line breaks cannot stand in an event's data: each line is one of its own, and HTML takes all breaks for the same. */
export function drawEvent(event: string, data: string): string {
  const name = event === MESSAGE ? '' : `event: ${event}\n`;
  const lines = data.split(/\r\n?|\n/).map(line => `data: ${line}\n`);
  return `${name}${lines.join('')}\n`;
}
