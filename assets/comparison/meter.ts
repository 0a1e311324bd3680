/** So many letters and digits count as one token: no way tells where its model's tokens end. */
const LETTERS_PER_TOKEN = 4;

/** What is measured of one way for a reply to come, from the moment at which the question was sent. */
export class Meter {
  /** And digits, of the text that is shown. */
  letters = 0;
  /** Events, or messages of the WebSocket. */
  frames = 0;
  /** Of messages and their list, each carried out by itself, where frames bring such. */
  steps = 0;
  /** Of the frames, and of the form's answer, before anybody compresses them. */
  plainBytes = 0;
  /** As the server's socket counted them; `undefined` where it did not. */
  wireBytes: number | undefined;
  /** How long the frames kept the page's main thread busy, with style and layout of the column. */
  busyMs = 0;
  firstTextMs: number | undefined;
  lastTextMs: number | undefined;
  endMs: number | undefined;
  readonly #start: number;
  #stopMs: number | undefined;

  constructor() {
    this.#start = performance.now();
  }

  /** Counts a frame that has arrived. */
  frame(bytes: number): void {
    this.frames += 1;
    this.plainBytes += bytes;
  }

  /** Notes that so much text is shown now. */
  show(letters: number): void {
    if (letters === this.letters) return;
    this.letters = letters;
    this.lastTextMs = this.#now;
    this.firstTextMs ??= this.lastTextMs;
  }

  /** Counts what has been done since the start of it, by `performance.now()`, and the drawing of what it changed. */
  work(start: number, changed?: Element): void {
    changed?.getBoundingClientRect();
    this.busyMs += performance.now() - start;
  }

  /** The person does not want any more of it. */
  stop(): void {
    if (this.isRunning) this.#stopMs ??= this.#now;
  }

  /** Nothing more comes, because it was stopped or for another reason. */
  end({ isStopped = false } = {}): void {
    if (!this.isRunning) return;
    this.endMs = this.#now;
    if (!isStopped) this.#stopMs = undefined;
  }

  get isRunning(): boolean {
    return this.endMs === undefined;
  }

  /** Since the first text came; `undefined` as long as there is but one piece of it. */
  get tokensPerSecond(): number | undefined {
    const ms = (this.lastTextMs ?? 0) - (this.firstTextMs ?? 0);
    return ms > 0 ? (this.letters / LETTERS_PER_TOKEN / ms) * 1000 : undefined;
  }

  /** How long it took to stop, where it was stopped. */
  get stoppedAfterMs(): number | undefined {
    if (this.#stopMs === undefined || this.endMs === undefined) return undefined;
    return this.endMs - this.#stopMs;
  }

  get #now(): number {
    return performance.now() - this.#start;
  }
}
