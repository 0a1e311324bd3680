import WebSocket from 'ws';
import { CatchUp, type Shown } from '../../assets/cable/catch-up.ts';
import { browserClock } from '../../assets/cable/clock.ts';
import type { CatchUpCause } from '../../src/cable/catch-up-causes.ts';
import { SUBPROTOCOL } from '../../src/cable/protocol.ts';
import { readFrame, type Step } from '../load/frame.ts';
import { ShownPage } from '../load/shown-page.ts';
import { identifierOf, type Received } from './cable-client.ts';

export interface Seat {
  /** Where the program is. */
  readonly url: string;
  readonly cookie: string;
  /** The page as the server drew it. */
  readonly html: string;
  /** How it asks for what it missed, if not as the page does. */
  readonly catchUp?: typeof CatchUp;
  /** Hears of each that comes. */
  readonly count?: (what: 'frames' | 'catch-ups of readers') => void;
}

/** As in the page. */
const SILENCE_MS = 7_000;
const CHECK_EVERY_MS = 1_000;
const RECONNECT_MS = { least: 50, most: 300 };

/** A page without a browser, which comes back when its connection is gone. Whether a step fits is decided as in the page. */
export class Reader {
  readonly page: ShownPage;
  readonly #seat: Seat;
  readonly #identifier: string;
  readonly #catchUp: CatchUp;
  readonly #faults = new Set<string>();
  readonly #newest = new Map<string, number>();
  readonly #checks: NodeJS.Timeout;
  #socket: WebSocket | undefined;
  #reconnection: NodeJS.Timeout | undefined;
  #resumption: NodeJS.Timeout | undefined;
  #heardAt = 0;
  #isLeft = false;

  constructor(seat: Seat) {
    this.#seat = seat;
    this.page = new ShownPage(seat.html);
    this.#identifier = identifierOf(signedConversation(seat.html));
    const Asking = seat.catchUp ?? CatchUp;
    this.#catchUp = new Asking(
      {
        shown: () => this.page.shown(),
        isReplyOpen: () => /pending|streaming/.test(this.page.newest?.status ?? ''),
        isAsleep: () => false,
        ask: (shown, cause) => this.#ask(shown, cause),
        carryOut: frame => this.#carryOut(frame),
      },
      browserClock,
    );
    this.#checks = setInterval(() => this.#isSilent() && this.#socket?.terminate(), CHECK_EVERY_MS);
    this.#connect();
  }

  /** Whether it reads still; one whose conversation is deleted does not. */
  get isThere(): boolean {
    return !this.#isLeft;
  }

  /** Whether it takes what comes. */
  get isReading(): boolean {
    return this.#isOpen() && !this.#resumption;
  }

  /** What must not have happened, in words. */
  get faults(): readonly string[] {
    return [...this.#faults];
  }

  /** Stops reading for so long. */
  stall(ms: number): void {
    const socket = this.#socket;
    socket?.pause();
    this.#resumption = setTimeout(() => {
      this.#resumption = undefined;
      this.#heardAt = performance.now();
      socket?.resume();
    }, ms);
  }

  leave(): void {
    this.#isLeft = true;
    this.#catchUp.stop();
    clearInterval(this.#checks);
    clearTimeout(this.#reconnection);
    clearTimeout(this.#resumption);
    this.#socket?.terminate();
  }

  #connect(): void {
    const { url, cookie } = this.#seat;
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/cable`, [SUBPROTOCOL], {
      headers: { cookie },
    });
    this.#socket = socket;
    this.#heardAt = performance.now();
    socket.on('message', data => this.#receive(data.toString()));
    socket.on('error', () => {}); // followed by the close
    socket.on('close', () => this.#comeBack());
  }

  #comeBack(): void {
    this.#catchUp.stop();
    if (this.#isLeft) return;
    const { least, most } = RECONNECT_MS;
    this.#reconnection = setTimeout(() => this.#connect(), least + Math.random() * (most - least));
  }

  #receive(text: string): void {
    this.#heardAt = performance.now();
    const { type, identifier, message, reconnect }: Received = JSON.parse(text);
    if (type === 'welcome') this.#send({ command: 'subscribe' });
    if (type === 'confirm_subscription') this.#catchUp.start();
    if (type === 'reject_subscription') this.leave(); // as it does whose conversation is deleted
    if (type === 'disconnect' && !reconnect) this.#faults.add(`A reader was sent away: ${text}`);
    if (identifier !== this.#identifier || typeof message !== 'string') return;
    this.#seat.count?.('frames');
    this.#catchUp.receive(message);
  }

  #carryOut(frame: string): void {
    for (const step of readFrame(frame).steps) {
      const judged = this.#try(step);
      if (judged === 'carry out') this.#checkDirection(this.page.shown());
      if (step.action === 'caught_up') {
        this.#seat.count?.('catch-ups of readers');
        this.#catchUp.caughtUp(judged !== 'catch up');
      }
      const isMissed = judged === 'catch up' || step.action === 'catch_up';
      if (isMissed && (step.of === undefined || this.page.has(step.of)))
        this.#catchUp.wish(step.action === 'catch_up' ? 'told' : 'gap');
      else if (isMissed && step.of !== undefined) this.#catchUp.wishForMissing(step.of);
    }
  }

  /** A step whose versions fit has a place in the text as well. */
  #try(step: Step) {
    try {
      return this.page.try(step);
    } catch (error) {
      this.#faults.add(`A reader got a step that fits by its versions, but: ${error}`);
      return 'catch up';
    }
  }

  /** Also of a message that was gone meanwhile. */
  #checkDirection({ list, versions }: Shown): void {
    for (const [thing, version] of [['list', list] as const, ...versions]) {
      const newest = this.#newest.get(thing) ?? version;
      if (version < newest)
        this.#faults.add(`A reader's ${thing} went from version ${newest} to ${version}.`);
      this.#newest.set(thing, Math.max(newest, version));
    }
  }

  #ask({ list, versions }: Shown, cause: CatchUpCause): void {
    const data = JSON.stringify({ action: 'catch_up', list, seen: Object.fromEntries(versions), cause });
    this.#send({ command: 'message', data });
  }

  #send(command: object): void {
    if (this.#isOpen()) this.#socket?.send(JSON.stringify({ identifier: this.#identifier, ...command }));
  }

  #isOpen(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  #isSilent(): boolean {
    return !this.#resumption && performance.now() - this.#heardAt > SILENCE_MS;
  }
}

/** A page may follow other streams as well. */
function signedConversation(html: string): string {
  const signed = [...html.matchAll(/signed-stream-name="([^"]+)"/g)].map(([, name = '']) => name);
  const found = signed.find(name =>
    /^"conversation:/.test(Buffer.from(name.split('--')[0] ?? '', 'base64').toString()),
  );
  if (!found) throw new Error('The page follows no conversation.');
  return found;
}
