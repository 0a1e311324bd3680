import { setTimeout as delay } from 'node:timers/promises';
import WebSocket from 'ws';
import { pauseAfter } from '../../assets/cable/attempts.ts';
import { CatchUp, type Shown } from '../../assets/cable/catch-up.ts';
import { browserClock } from '../../assets/cable/clock.ts';
import { listOf } from '../../assets/cable/lists.ts';
import type { Verdict } from '../../assets/cable/verdict.ts';
import type { CatchUpCause } from '../../src/cable/catch-up-causes.ts';
import { SUBPROTOCOL } from '../../src/cable/protocol.ts';
import { identifierOf, type Received } from '../support/cable-client.ts';
import { readFrame, type Step } from './frame.ts';
import { now } from './marks.ts';
import { LIST, ShownPage } from './shown-page.ts';
import { type Counter, Watch } from './watch.ts';

/** Here are many browsers in one process, and none of them waits for another one to inflate what it got. */
const INFLATION = { concurrencyLimit: 1_000 };
/** Where a page is served, and to whom. */
export interface Place {
  /** Of the web processes, in the order in which this page tries them. */
  readonly urls: readonly string[];
  readonly cookie: string;
  /** Whether it connects again when its connection is lost, as a page does; else that is a fault. */
  readonly comesBack: boolean;
}

/** A page that somebody has open: its socket, what it shows, and when it asks for a catch-up. */
export class Reader implements Counter {
  readonly #page: ShownPage;
  readonly #place: Place;
  readonly #identifier: string;
  readonly #catchUp: CatchUp;
  #socket: WebSocket;
  #subscribed = Promise.withResolvers<void>();
  #connection: Counter = { bytesRead: 0 };
  #bytesBefore = 0;
  /** Tries that have failed since the last welcome. */
  #failures = 0;
  #tries = 0;
  /** Of the frame that is being received; those that were held come to the page later. */
  #arrivedAt: number | undefined;
  #watch: Watch | undefined;

  constructor(place: Place, html: string) {
    this.#place = place;
    this.#page = new ShownPage(html);
    this.#identifier = identifierOf(/signed-stream-name="([^"]+)"/.exec(html)?.[1] ?? '');
    this.#catchUp = new CatchUp(
      {
        shown: () => this.#page.shown(),
        isReplyOpen: () => this.#page.newest?.status === 'streaming',
        isAsleep: () => false,
        ask: (shown, cause) => this.#ask(shown, cause),
        carryOut: frame => this.carryOut(frame, this.#arrivedAt),
      },
      browserClock,
    );
    this.#socket = this.#connect();
  }

  /** Resolves once frames arrive and the page has caught up with the rows. */
  get subscribed(): Promise<void> {
    return this.#subscribed.promise;
  }

  /** On all of its connections. */
  get bytesRead(): number {
    return this.#bytesBefore + this.#connection.bytesRead;
  }

  /** Measures the next reply. */
  watch(): Watch {
    this.#watch = new Watch(this.#page, this);
    return this.#watch;
  }

  /** Loses the connection, and comes back as a page does. @returns when it shows what the rows say, by `now()` */
  async cut(): Promise<number> {
    this.#subscribed = Promise.withResolvers();
    this.#hangUp();
    await delay(pauseAfter(0));
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
  carryOut(html: string, arrivedAt = now()): void {
    const frame = readFrame(html);
    const steps = frame.steps.filter(({ of }) => of === undefined || listOf(of) === LIST);
    const judged = steps.map(step => ({ step, verdict: this.#page.try(step) }));
    if (judged.every(({ verdict }) => verdict !== 'catch up')) this.#watch?.arrived(frame, arrivedAt);
    for (const { step, verdict } of judged) this.#heed(step, verdict);
    this.#watch?.look();
  }

  #heed({ action, of }: Step, verdict: Verdict): void {
    const isMissed = verdict === 'catch up';
    if (action === 'refresh') this.#break(new Error('A page was told to load itself anew.'));
    if (action === 'caught_up') {
      this.#catchUp.caughtUp(!isMissed);
      if (!isMissed) this.#subscribed.resolve();
    }
    if (!isMissed && action !== 'catch_up') return;
    if (of === undefined || this.#page.has(of)) this.#catchUp.wish(action === 'catch_up' ? 'told' : 'gap');
    else this.#catchUp.wishForMissing(of);
  }

  #connect(): WebSocket {
    const { urls, cookie } = this.#place;
    const url = urls[this.#tries++ % urls.length] ?? '';
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/cable`, [SUBPROTOCOL], {
      headers: { cookie },
      perMessageDeflate: INFLATION,
    });
    socket.on('upgrade', response => {
      this.#connection = response.socket;
    });
    socket.on('message', data => this.#receive(data.toString()));
    socket.on('error', error => this.#lose(error));
    socket.on('close', code => this.#lose(new Error(`A socket was closed with ${code}.`)));
    return socket;
  }

  #hangUp(): void {
    this.#catchUp.stop();
    this.#bytesBefore = this.bytesRead;
    this.#connection = { bytesRead: 0 };
    this.#socket.removeAllListeners();
    this.#socket.on('error', () => {}); // of one that was not open yet
    this.#socket.terminate();
  }

  #lose(error: Error): void {
    if (!this.#place.comesBack) {
      this.#break(error);
      return;
    }
    if (this.#failures === 0) this.#watch?.lostConnection();
    this.#hangUp();
    setTimeout(() => {
      this.#socket = this.#connect();
    }, pauseAfter(this.#failures));
    this.#failures += 1;
  }

  #receive(text: string): void {
    const arrivedAt = now();
    this.#watch?.received(Buffer.byteLength(text));
    const received: Received = JSON.parse(text);
    const { type, identifier, message } = received;
    if (type === 'welcome') this.#begin();
    if (type === 'confirm_subscription') this.#catchUp.start();
    if (type === 'reject_subscription' || this.#isRefused(received))
      this.#break(new Error(`The server said: ${text}`));
    if (identifier !== this.#identifier || typeof message !== 'string') return;
    this.#watch?.framed();
    this.#arrivedAt = arrivedAt;
    this.#catchUp.receive(message);
    this.#arrivedAt = undefined;
  }

  #begin(): void {
    this.#failures = 0;
    this.#send({ command: 'subscribe' });
  }

  /** A page that is told to come again does, and one that is told not to is loaded anew. */
  #isRefused({ type, reconnect }: Received): boolean {
    return type === 'disconnect' && !(reconnect && this.#place.comesBack);
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
