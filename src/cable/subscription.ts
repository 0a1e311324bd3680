import { verifyStreamName } from '../turbo/signed-stream-name.ts';
import { turboStream } from '../turbo/turbo-stream.ts';
import type { Audiences } from './audiences.ts';
import type { Broadcaster, Unsubscribe } from './broadcaster.ts';
import type { Channel } from './channel.ts';
import type { Frames } from './frames.ts';
import { parseCatchUp, parseIdentifier, serverMessages } from './protocol.ts';

export interface SubscriptionDependencies {
  readonly broadcaster: Broadcaster;
  readonly channel: Channel;
  readonly frames: Frames;
  readonly audiences: Audiences;
  readonly secretKey: string;
}

/** Who is told what happens on a stream. */
export interface Subscriber {
  readonly userId: string;
  send(message: string | Buffer, compress?: boolean): void;
}

/** What is asked for. */
interface Wish {
  readonly identifier: string;
  readonly stream: string;
  readonly digest: string | undefined;
}

/** The only channel: turbo-stream HTML of a signed stream, as turbo-rails names it. */
const STREAMS_CHANNEL = 'Turbo::StreamsChannel';
/** Compressing takes memory for as long as a connection lasts, which most answers are not worth. */
const LONG_ANSWER = 1024;

/** One stream that a client follows, by the identifier that it gave it. */
export class Subscription {
  readonly #deps: SubscriptionDependencies;
  readonly #subscriber: Subscriber;
  readonly #wish: Wish;
  #unsubscribe: Unsubscribe = async () => {};

  private constructor(deps: SubscriptionDependencies, subscriber: Subscriber, wish: Wish) {
    this.#deps = deps;
    this.#subscriber = subscriber;
    this.#wish = wish;
  }

  /** Confirms the subscription. @returns `undefined` where the client may not follow what it asks for */
  static async open(
    deps: SubscriptionDependencies,
    subscriber: Subscriber,
    identifier: string,
  ): Promise<Subscription | undefined> {
    const wish = readWish(deps, identifier);
    if (!wish || !(await deps.channel.authorize(subscriber.userId, wish.stream))) return undefined;
    const subscription = new Subscription(deps, subscriber, wish);
    await subscription.#begin();
    return subscription;
  }

  /** Confirms only once the broadcaster delivers: what was published before is in the rows. */
  async #begin(): Promise<void> {
    const { identifier, stream } = this.#wish;
    this.#unsubscribe = await this.#deps.broadcaster.subscribe(stream, {
      receive: html => this.#tell(html),
      missed: () => this.#tell(turboStream({ action: 'catch_up' })),
    });
    this.#deps.audiences.join(stream);
    this.#subscriber.send(serverMessages.confirm(identifier));
  }

  #tell(html: string): void {
    const { identifier, stream } = this.#wish;
    const { frames, audiences } = this.#deps;
    this.#subscriber.send(frames.serialize(identifier, html), audiences.areFew(stream));
  }

  /** Heals stock clients, which do not ask for a catch-up: Turbo then morphs the page from the server. */
  async refreshIfBehind(): Promise<void> {
    const { identifier, stream, digest } = this.#wish;
    if (digest === undefined) return;
    if ((await this.#deps.channel.digest(this.#subscriber.userId, stream)) === digest) return;
    this.#subscriber.send(serverMessages.frame(identifier, turboStream({ action: 'refresh' })));
  }

  /** Answers a catch-up. @returns `false` where the client may follow the stream no longer */
  async perform(data: string): Promise<boolean> {
    const seen = parseCatchUp(data);
    if (!seen) return true;
    const { identifier, stream } = this.#wish;
    const html = await this.#deps.channel.catchUp(this.#subscriber.userId, stream, seen);
    if (html === undefined) return false;
    const compress = html.length > LONG_ANSWER && this.#deps.audiences.areFew(stream);
    this.#subscriber.send(serverMessages.frame(identifier, html), compress);
    return true;
  }

  async end(): Promise<void> {
    this.#deps.audiences.leave(this.#wish.stream);
    await this.#unsubscribe();
  }
}

function readWish({ secretKey }: SubscriptionDependencies, identifier: string): Wish | undefined {
  const wanted = parseIdentifier(identifier);
  const stream = wanted && verifyStreamName(secretKey, wanted.signedStreamName);
  if (stream === undefined || wanted?.channel !== STREAMS_CHANNEL) return undefined;
  return { identifier, stream, digest: wanted.digest };
}
