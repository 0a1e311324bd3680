import { CatchUp } from './catch-up.ts';
import { browserClock } from './clock.ts';
import { isKnown } from './known.ts';
import { hasOpenReply, shownIn } from './lists.ts';
import { isAsleep } from './sleep.ts';
import type { Command } from './transport.ts';

/** An element that hands a stream's frames to Turbo. */
export interface Source {
  /** The id of the list that the stream changes. */
  readonly list: string;
  showConnected(yes: boolean): void;
  receive(frame: string): void;
}

type Send = (command: Command) => void;

/** Action Cable resends as well: a subscription whose answer was lost would stay without frames for good. */
const ASK_AGAIN_AFTER_MS = 5_000;

/** One stream that the page follows, for all elements that name it. The first of them gets its frames. */
export class Subscription {
  readonly identifier: string;
  readonly list: string;
  readonly catchUp: CatchUp;
  readonly #send: Send;
  readonly #sources = new Set<Source>();
  #state: 'idle' | 'requested' | 'confirmed' = 'idle';
  #cancelAgain = () => {};

  constructor(identifier: string, list: string, send: Send) {
    this.identifier = identifier;
    this.list = list;
    this.#send = send;
    this.catchUp = new CatchUp(
      {
        shown: () => shownIn(list),
        isReplyOpen: () => hasOpenReply(list),
        isAsleep,
        ask: ({ list, versions }, cause) =>
          this.#perform({ action: 'catch_up', list, seen: Object.fromEntries(versions), cause }),
        carryOut: frame => this.#carryOut(frame),
      },
      browserClock,
    );
  }

  get isUsed(): boolean {
    return this.#sources.size > 0;
  }

  attach(source: Source): void {
    this.#sources.add(source);
    if (this.#state === 'confirmed') this.#show(source);
  }

  detach(source: Source): void {
    this.#sources.delete(source);
    if (!this.isUsed) this.catchUp.stop();
  }

  /** Asks the server for the stream, unless that is done. */
  request(): void {
    if (this.#state === 'idle') this.#requestUntilAnswered();
  }

  /** Also again: then something may have been missed in between. */
  confirm(): void {
    this.#state = 'confirmed';
    this.#cancelAgain();
    for (const source of this.#sources) this.#show(source);
  }

  /** The connection is gone, or the server rejected the subscription. */
  lose(): void {
    this.#state = 'idle';
    this.#cancelAgain();
    this.catchUp.stop();
    for (const source of this.#sources) source.showConnected(false);
  }

  end(): void {
    this.lose();
    this.#send({ command: 'unsubscribe', identifier: this.identifier });
  }

  #requestUntilAnswered(): void {
    this.#state = 'requested';
    this.#send({ command: 'subscribe', identifier: this.identifier });
    this.#cancelAgain = browserClock.after(ASK_AGAIN_AFTER_MS, () => this.#requestUntilAnswered());
  }

  #show(source: Source): void {
    source.showConnected(true);
    this.catchUp.start();
  }

  #carryOut(frame: string): void {
    if (!isKnown(frame)) this.#sources.values().next().value?.receive(frame);
  }

  #perform(action: object): void {
    this.#send({ command: 'message', identifier: this.identifier, data: JSON.stringify(action) });
  }
}
