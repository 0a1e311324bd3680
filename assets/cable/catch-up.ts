import type { CatchUpCause } from '../../src/cable/catch-up-causes.ts';
import type { Clock } from './clock.ts';

/** What a page shows: the list's version, and the version of each message, in the page's order. */
export interface Shown {
  readonly list: number;
  readonly versions: ReadonlyMap<string, number>;
}

/** The page and its subscription, as the catch-up sees them. */
export interface Page {
  /** `undefined` where the page has no list, and so nothing to catch up with. */
  shown(): Shown | undefined;
  /** Whether a reply is shown that is still being written. */
  isReplyOpen(): boolean;
  /** Whether nobody has looked at the page for so long that no frame is worth carrying out. */
  isAsleep(): boolean;
  /** @param cause what made it ask: where there were several, the first */
  ask(shown: Shown, cause: CatchUpCause): void;
  carryOut(frame: string): void;
}

/** At most four questions a second. */
const PAUSE_MS = 250;
/** The pause doubles up to this while answers are lost or do not fit. */
const LONGEST_PAUSE_MS = 8_000;
const ANSWER_LOST_AFTER_MS = 4_000;
const QUIET_WHILE_REPLY_IS_OPEN_MS = 10_000;
const QUIET_MS = 60_000;

const NOTHING = () => {};

/**
 * Decides when a page asks for what it missed, and keeps the frames that arrive from its start, or from a question, on
 * until the answer has been carried out. One question at a time; a wish that comes while one is outstanding is kept.
 * A page that is asleep takes no frame and asks nothing; whoever wakes it starts over.
 */
export class CatchUp {
  readonly #page: Page;
  readonly #clock: Clock;
  #isOn = false;
  #isOutstanding = false;
  /** Why the page wishes to ask, if it does. */
  #wished: CatchUpCause | undefined;
  #isHolding = false;
  #held: string[] = [];
  #missed = new Map<string, number>();
  #askedAt = Number.NEGATIVE_INFINITY;
  #fruitless = 0;
  #cancelPause = NOTHING;
  #cancelLoss = NOTHING;
  #cancelQuiet = NOTHING;

  constructor(page: Page, clock: Clock) {
    this.#page = page;
    this.#clock = clock;
  }

  /** The subscription is confirmed: whatever was before is void, and the page asks. */
  start(cause: CatchUpCause = 'subscribed'): void {
    this.stop();
    this.#isOn = this.#isHolding = true;
    this.#watchQuiet(0);
    this.wish(cause);
  }

  /** The page is another one, or awake again: as after a start, where there was one. */
  startOver(cause: CatchUpCause): void {
    if (this.#isOn) this.start(cause);
  }

  /** Nothing is asked and no frame taken until the next start. */
  stop(): void {
    this.#isOn = this.#isOutstanding = this.#isHolding = false;
    this.#wished = undefined;
    this.#held = [];
    this.#missed.clear();
    this.#fruitless = 0;
    this.#cancelPause();
    this.#cancelLoss();
    this.#cancelQuiet();
  }

  wish(cause: CatchUpCause): void {
    if (!this.#isOn) return;
    this.#wished ??= cause;
    this.#askWhenDue();
  }

  /** A step is for a message that the page does not have: worth one question per version of the list. */
  wishForMissing(message: string): void {
    const list = this.#page.shown()?.list;
    if (list === undefined || this.#missed.get(message) === list) return;
    this.#missed.set(message, list);
    this.wish('missing');
  }

  receive(frame: string): void {
    if (!this.#isOn || this.#page.isAsleep()) return;
    this.#watchQuiet(0);
    if (this.#isHolding && !isAnswer(frame)) this.#held.push(frame);
    else this.#page.carryOut(frame);
    if (this.#isOutstanding && isAnswer(frame)) this.#watchLoss();
  }

  /** The answer's marker was reached; `fits` says whether the page is now where the answer wanted to bring it. */
  caughtUp(fits: boolean): void {
    if (!this.#isOutstanding) return;
    this.#fruitless = fits ? 0 : this.#fruitless + 1;
    this.#settle();
  }

  #askWhenDue(): void {
    if (this.#isOutstanding) return;
    const pause = Math.min(PAUSE_MS * 2 ** this.#fruitless, LONGEST_PAUSE_MS);
    const wait = Math.max(0, this.#askedAt + pause - this.#clock.now());
    this.#cancelPause();
    // Through the clock also when it is due: both halves of a frame that does not fit wish, and one question serves.
    this.#cancelPause = this.#clock.after(wait, () => this.#ask());
  }

  #ask(): void {
    const cause = this.#wished;
    this.#wished = undefined;
    const shown = this.#page.shown();
    if (cause && shown && !this.#page.isAsleep()) this.#askWith(shown, cause);
    else this.#release();
  }

  #askWith(shown: Shown, cause: CatchUpCause): void {
    this.#isOutstanding = this.#isHolding = true;
    this.#askedAt = this.#clock.now();
    this.#watchLoss();
    this.#page.ask(shown, cause);
  }

  /** Covers the carrying out as well: steps can wait for a repaint that does not come while the tab is hidden. */
  #watchLoss(): void {
    this.#cancelLoss();
    this.#cancelLoss = this.#clock.after(ANSWER_LOST_AFTER_MS, () => {
      this.#fruitless += 1;
      this.#wished ??= 'unanswered';
      this.#settle();
    });
  }

  #settle(): void {
    this.#cancelLoss();
    this.#isOutstanding = false;
    this.#release();
    if (this.#wished) this.#askWhenDue();
  }

  #release(): void {
    this.#isHolding = false;
    for (const frame of this.#held.splice(0)) this.#page.carryOut(frame);
  }

  #watchQuiet(quietMs: number): void {
    this.#cancelQuiet();
    this.#cancelQuiet = this.#clock.after(QUIET_WHILE_REPLY_IS_OPEN_MS, () => {
      const nowQuietMs = quietMs + QUIET_WHILE_REPLY_IS_OPEN_MS;
      this.#watchQuiet(nowQuietMs);
      if (nowQuietMs >= QUIET_MS || this.#page.isReplyOpen()) this.wish('quiet');
    });
  }
}

/** An answer is known by the marker at its end, which no live frame has and no text can forge: text is escaped. */
function isAnswer(frame: string): boolean {
  return /<turbo-stream action="caught_up"[^<>]*><\/turbo-stream>\s*$/.test(frame);
}
