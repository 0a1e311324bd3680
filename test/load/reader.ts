import { setTimeout as delay } from 'node:timers/promises';
import WebSocket from 'ws';
import { CatchUp, type Shown } from '../../assets/cable/catch-up.ts';
import { browserClock } from '../../assets/cable/clock.ts';
import type { CatchUpCause } from '../../src/cable/catch-up-causes.ts';
import { SUBPROTOCOL } from '../../src/cable/protocol.ts';
import { identifierOf, type Received } from '../support/cable-client.ts';
import { readFrame } from './frame.ts';
import { now } from './marks.ts';
import { ShownPage } from './shown-page.ts';
import { type Counter, Watch } from './watch.ts';

/** Here are many browsers in one process, and none of them waits for another one to inflate what it got. */
const INFLATION = { concurrencyLimit: 1_000 };
/** How long a page waits before it connects again, at least and at most. */
const RECONNECT_MS = { least: 50, most: 200 };

/** A page that somebody has open: its socket, what it shows, and when it asks for a catch-up. */
export class Reader {
  readonly #page: ShownPage;
  readonly #url: string;
  readonly #cookie: string;
  readonly #identifier: string;
  readonly #catchUp: CatchUp;
  #socket: WebSocket;
  #subscribed = Promise.withResolvers<void>();
  #connection: Counter = { bytesRead: 0 };
  #watch: Watch | undefined;

  constructor(url: string, cookie: string, html: string) {
    this.#url = url;
    this.#cookie = cookie;
    this.#page = new ShownPage(html);
    this.#identifier = identifierOf(/signed-stream-name="([^"]+)"/.exec(html)?.[1] ?? '');
    this.#catchUp = new CatchUp(
      {
        shown: () => this.#page.shown(),
        isReplyOpen: () => this.#page.newest?.status === 'streaming',
        isAsleep: () => false,
        ask: (shown, cause) => this.#ask(shown, cause),
        carryOut: frame => this.carryOut(frame),
      },
      browserClock,
    );
    this.#socket = this.#connect();
  }

  /** Resolves once frames arrive and the page has caught up with the rows. */
  get subscribed(): Promise<void> {
    return this.#subscribed.promise;
  }

  /** Measures the next reply. */
  watch(): Watch {
    this.#watch = new Watch(this.#page, this.#connection);
    return this.#watch;
  }

  /** Loses the connection, and comes back as a page does. @returns when it shows what the rows say, by `now()` */
  async cut(): Promise<number> {
    this.#subscribed = Promise.withResolvers();
    this.#hangUp();
    await delay(RECONNECT_MS.least + Math.random() * (RECONNECT_MS.most - RECONNECT_MS.least));
    this.#socket = this.#connect();
    await this.#subscribed.promise;
    return now();
  }

  /** Closes the page. */
  leave(): void {
    this.#watch = undefined;
    this.#hangUp();
  }

  /** Carries out each step that fits, as Turbo does with a frame or with a form's answer. */
  carryOut(html: string): void {
    for (const step of readFrame(html).steps) {
      const judged = this.#page.try(step);
      if (step.action === 'caught_up') {
        this.#catchUp.caughtUp(judged !== 'catch up');
        if (judged !== 'catch up') this.#subscribed.resolve();
      }
      const isMissed = judged === 'catch up' || step.action === 'catch_up';
      if (isMissed && (step.of === undefined || this.#page.has(step.of)))
        this.#catchUp.wish(step.action === 'catch_up' ? 'told' : 'gap');
      else if (isMissed && step.of !== undefined) this.#catchUp.wishForMissing(step.of);
    }
    this.#watch?.look();
  }

  #connect(): WebSocket {
    const socket = new WebSocket(`${this.#url.replace(/^http/, 'ws')}/cable`, [SUBPROTOCOL], {
      headers: { cookie: this.#cookie },
      perMessageDeflate: INFLATION,
    });
    socket.on('upgrade', response => {
      this.#connection = response.socket;
    });
    socket.on('message', data => this.#receive(data.toString()));
    socket.on('error', error => this.#break(error));
    socket.on('close', code => this.#break(new Error(`A socket was closed with ${code}.`)));
    return socket;
  }

  #hangUp(): void {
    this.#catchUp.stop();
    this.#socket.removeAllListeners();
    this.#socket.terminate();
  }

  #receive(text: string): void {
    const arrivedAt = now();
    this.#watch?.received(Buffer.byteLength(text));
    const { type, identifier, message }: Received = JSON.parse(text);
    if (type === 'welcome') this.#send({ command: 'subscribe' });
    if (type === 'confirm_subscription') this.#catchUp.start();
    if (type === 'reject_subscription' || type === 'disconnect')
      this.#break(new Error(`The server said: ${text}`));
    if (identifier !== this.#identifier || typeof message !== 'string') return;
    this.#watch?.arrived(readFrame(message), arrivedAt);
    this.#catchUp.receive(message);
  }

  #ask({ list, versions }: Shown, cause: CatchUpCause): void {
    this.#watch?.askedForCatchUp();
    const data = JSON.stringify({ action: 'catch_up', list, seen: Object.fromEntries(versions), cause });
    this.#send({ command: 'message', data });
  }

  #send(command: object): void {
    this.#socket.send(JSON.stringify({ identifier: this.#identifier, ...command }));
  }

  #break(error: Error): void {
    this.#subscribed.reject(error);
    this.#watch?.break(error);
  }
}
