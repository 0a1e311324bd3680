import { verifyStreamName } from '../turbo/signed-stream-name.ts';
import type { Audiences } from './audiences.ts';
import { ownDialect, stockDialect } from './dialects.ts';
import type { Frames } from './frames.ts';
import { parseCatchUp, parseIdentifier, type StreamIdentifier, serverMessages } from './protocol.ts';
import { type Subscriber, Subscription, type SubscriptionDependencies } from './subscription.ts';

export interface SocketSubscriptionDependencies extends SubscriptionDependencies {
  readonly frames: Frames;
  readonly audiences: Audiences;
  readonly secretKey: string;
}

/** The connection to a client. */
export interface Client {
  readonly userId: string;
  readonly isBackedUp: boolean;
  send(message: string | Buffer, compress?: boolean): void;
}

/** What is asked for. */
interface Wish extends Pick<StreamIdentifier, 'digest'> {
  readonly identifier: string;
  readonly stream: string;
}

/** The only channel: turbo-stream HTML of a signed stream, as turbo-rails names it. */
const STREAMS_CHANNEL = 'Turbo::StreamsChannel';
/** Compressing takes memory for as long as a connection lasts, which most answers are not worth. */
const LONG_ANSWER = 1024;

/** One stream that a client follows over its socket, by the identifier that it gave it. */
export class SocketSubscription implements Subscriber {
  readonly #deps: SocketSubscriptionDependencies;
  readonly #client: Client;
  readonly #wish: Wish;
  readonly #subscription: Subscription;

  private constructor(deps: SocketSubscriptionDependencies, client: Client, wish: Wish) {
    this.#deps = deps;
    this.#client = client;
    this.#wish = wish;
    const dialect = wish.digest === undefined ? ownDialect : stockDialect(deps.traffic);
    this.#subscription = new Subscription(deps, this, wish.stream, dialect);
  }

  /** Confirms the subscription. @returns `undefined` where the client may not follow what it asks for */
  static async open(
    deps: SocketSubscriptionDependencies,
    client: Client,
    identifier: string,
  ): Promise<SocketSubscription | undefined> {
    const wish = readWish(deps, identifier);
    if (!wish) return undefined;
    const opened = new SocketSubscription(deps, client, wish);
    if (!(await opened.#subscription.begin())) return undefined;
    opened.#confirm();
    return opened;
  }

  get userId(): string {
    return this.#client.userId;
  }

  get isBackedUp(): boolean {
    return this.#client.isBackedUp;
  }

  tell(html: string): void {
    const { identifier, stream } = this.#wish;
    const { frames, audiences } = this.#deps;
    this.#client.send(frames.serialize(identifier, html), audiences.areFew(stream));
  }

  #confirm(): void {
    this.#subscription.confirm();
    this.#deps.audiences.join(this.#wish.stream);
    this.#client.send(serverMessages.confirm(this.#wish.identifier));
  }

  /** Heals stock clients that subscribe with a page that is older than the rows. */
  async refreshIfBehind(): Promise<void> {
    const { stream, digest } = this.#wish;
    if (digest === undefined) return;
    if ((await this.#deps.channel.digest(this.userId, stream)) !== digest) this.#subscription.missed();
  }

  /** Answers a catch-up. @returns `false` where the client may follow the stream no longer */
  async perform(data: string): Promise<boolean> {
    const asked = parseCatchUp(data);
    if (!asked) return true;
    const { identifier, stream } = this.#wish;
    const { channel, audiences, traffic } = this.#deps;
    const html = await channel.catchUp(this.userId, stream, asked.seen);
    if (html === undefined) return false;
    traffic.caughtUp(asked.cause);
    const compress = html.length > LONG_ANSWER && audiences.areFew(stream);
    this.#client.send(serverMessages.frame(identifier, html), compress);
    return true;
  }

  /** The client has taken all that waited for it. */
  drained(): void {
    this.#subscription.drained();
  }

  async end(): Promise<void> {
    this.#deps.audiences.leave(this.#wish.stream);
    await this.#subscription.end();
  }
}

function readWish({ secretKey }: SocketSubscriptionDependencies, identifier: string): Wish | undefined {
  const wanted = parseIdentifier(identifier);
  const stream = wanted && verifyStreamName(secretKey, wanted.signedStreamName);
  if (stream === undefined || wanted?.channel !== STREAMS_CHANNEL) return undefined;
  return { identifier, stream, digest: wanted.digest };
}
