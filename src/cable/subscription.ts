import type { Broadcaster, Unsubscribe } from './broadcaster.ts';
import type { Channel } from './channel.ts';
import { CATCH_UP, type Dialect } from './dialects.ts';
import type { Traffic } from './traffic.ts';

export interface SubscriptionDependencies {
  readonly broadcaster: Broadcaster;
  readonly channel: Channel;
  readonly traffic: Traffic;
}

/** Who follows a stream, by whichever transport. */
export interface Subscriber {
  readonly userId: string;
  /** Whether so much waits for it that live frames would only pile up. */
  readonly isBackedUp: boolean;
  tell(html: string): void;
}

/** One stream that somebody follows. */
export class Subscription {
  readonly #deps: SubscriptionDependencies;
  readonly #subscriber: Subscriber;
  readonly #stream: string;
  readonly #dialect: Dialect;
  #isConfirmed = false;
  #isBehind = false;
  #unsubscribe: Unsubscribe = async () => {};

  constructor(deps: SubscriptionDependencies, subscriber: Subscriber, stream: string, dialect: Dialect) {
    this.#deps = deps;
    this.#subscriber = subscriber;
    this.#stream = stream;
    this.#dialect = dialect;
  }

  /** Resolves once the broadcaster delivers. @returns `false` where the subscriber may not follow the stream */
  async begin(): Promise<boolean> {
    const { broadcaster, channel } = this.#deps;
    if (!(await channel.authorize(this.#subscriber.userId, this.#stream))) return false;
    this.#unsubscribe = await broadcaster.subscribe(this.#stream, {
      receive: html => this.#receive(html),
      missed: () => this.missed(),
    });
    this.#deps.traffic.subscriptions += 1;
    return true;
  }

  /** From now on the subscriber hears everything, or that it missed something: what was published before is in the rows. */
  confirm(): void {
    this.#isConfirmed = true;
  }

  #receive(html: string): void {
    if (!this.#isConfirmed) return;
    if (this.#subscriber.isBackedUp) this.#isBehind = true;
    else this.#tell(html);
  }

  /** Something may have been missed: the subscriber is told so, as soon as it takes what it is told. */
  missed(): void {
    if (!this.#isConfirmed) return;
    if (this.#subscriber.isBackedUp) this.#isBehind = true;
    else this.#tellMissed();
  }

  /** The subscriber has taken all that waited for it. */
  drained(): void {
    if (this.#isBehind) this.#tellMissed();
  }

  #tellMissed(): void {
    this.#isBehind = false;
    this.#tell(CATCH_UP);
  }

  #tell(html: string): void {
    this.#deps.traffic.frames += 1;
    this.#subscriber.tell(this.#dialect(html));
  }

  /** Ends what has begun, once. */
  async end(): Promise<void> {
    this.#deps.traffic.subscriptions -= 1;
    await this.#unsubscribe();
  }
}
