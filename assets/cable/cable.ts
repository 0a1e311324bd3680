import type { CatchUpCause } from '../../src/cable/catch-up-causes.ts';
import { Connection } from './connection.ts';
import { listOf } from './lists.ts';
import { visitAgain } from './own-visit.ts';
import type { StepListener } from './steps.ts';
import { type Source, Subscription } from './subscription.ts';
import type { Incoming, TransportListener } from './transport.ts';

/** A Turbo visit takes the old elements away before it brings the new ones. */
const LINGER_MS = 3_000;

/**
 * The page's side of Action Cable: one connection, opened for the first element and closed a little after the last, and
 * one subscription per identifier. `<html data-cable>` says how it stands: `connecting`, `connected` or `refused`.
 */
export class Cable implements TransportListener, StepListener {
  readonly #connection: Connection;
  readonly #subscriptions = new Map<string, Subscription>();

  constructor(url: string) {
    this.#connection = new Connection(url, this);
  }

  /** Hands the stream's frames to the source until the returned function is called. */
  follow(identifier: string, source: Source): () => void {
    const subscription = this.#subscriptions.get(identifier) ?? this.#add(identifier, source.list);
    subscription.attach(source);
    this.#connect();
    return () => {
      subscription.detach(source);
      setTimeout(() => this.#endUnused(subscription), LINGER_MS);
    };
  }

  /** The page may lack something: whoever brings it asks, or everybody. */
  wish(cause: CatchUpCause, list?: string): void {
    for (const { catchUp } of this.#used(list)) catchUp.wish(cause);
  }

  /** The page is another one, or awake again, and may be allowed what it was refused before. */
  startOver(cause: CatchUpCause): void {
    const used = this.#used();
    for (const { catchUp } of used) catchUp.startOver(cause);
    if (used.length > 0) this.#connect();
  }

  wishForMissing(thing: string): void {
    for (const { catchUp } of this.#used(listOf(thing))) catchUp.wishForMissing(thing);
  }

  caughtUp(list: string, fits: boolean): void {
    for (const { catchUp } of this.#used(list)) catchUp.caughtUp(fits);
  }

  welcomed(): void {
    for (const subscription of this.#subscriptions.values()) subscription.request();
  }

  lost(): void {
    showState('connecting');
    for (const subscription of this.#subscriptions.values()) subscription.lose();
  }

  refused(): void {
    this.lost();
    showState('refused');
    visitAgain();
  }

  received({ type, identifier = '', message }: Incoming): void {
    const subscription = this.#subscriptions.get(identifier);
    if (type !== 'reject_subscription') showState('connected');
    if (type === 'confirm_subscription') subscription?.confirm();
    else if (type === 'reject_subscription') this.#reject(subscription);
    else if (typeof message === 'string') subscription?.catchUp.receive(message);
  }

  #reject(subscription: Subscription | undefined): void {
    subscription?.lose();
    visitAgain();
  }

  /** Those that sources on the page follow: all, or those of a list. */
  #used(list?: string): Subscription[] {
    return [...this.#subscriptions.values()].filter(
      subscription => subscription.isUsed && (list === undefined || subscription.list === list),
    );
  }

  #add(identifier: string, list: string): Subscription {
    const subscription = new Subscription(identifier, list, command => this.#connection.send(command));
    this.#subscriptions.set(identifier, subscription);
    return subscription;
  }

  #connect(): void {
    this.#connection.open();
    if (this.#connection.isWelcome) this.welcomed();
    else showState('connecting');
  }

  #endUnused(subscription: Subscription): void {
    const { identifier, isUsed } = subscription;
    if (isUsed || this.#subscriptions.get(identifier) !== subscription) return;
    subscription.end();
    this.#subscriptions.delete(identifier);
    if (this.#subscriptions.size === 0) this.#close();
  }

  #close(): void {
    this.#connection.close();
    showState(undefined);
  }
}

/** Only where it changes: others watch it. */
function showState(state: 'connecting' | 'connected' | 'refused' | undefined): void {
  const { dataset } = document.documentElement;
  if (state === undefined) delete dataset.cable;
  else if (dataset.cable !== state) dataset.cable = state;
}
