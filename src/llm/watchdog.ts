import { UpstreamFault } from './faults.ts';
import { spokenTime } from './retry-after.ts';

/** Aborts its signal, with the fault as the reason, when it was not fed for a while. */
export class Watchdog {
  readonly #bite = new AbortController();
  readonly #patienceMs: number;
  #timer: NodeJS.Timeout | undefined;

  /** Starts at once. */
  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs;
    this.feed();
  }

  get signal(): AbortSignal {
    return this.#bite.signal;
  }

  /** Starts the time anew. @param patienceMs how long this time, if not as ever */
  feed(patienceMs = this.#patienceMs): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#bite.abort(silence(patienceMs)), patienceMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

function silence(ms: number): UpstreamFault {
  return new UpstreamFault('silent', spokenTime(ms));
}
