import type { Clock } from '../../../assets/cable/clock.ts';

interface Timer {
  readonly at: number;
  readonly action: () => void;
}

/** A clock that jumps from one timer to the next; timers of one moment run in the order they were set. */
export class VirtualClock implements Clock {
  #now = 0;
  #timers: Timer[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, action: () => void): () => void {
    const timer = { at: this.#now + ms, action };
    const place = this.#timers.findLastIndex(({ at }) => at <= timer.at) + 1;
    this.#timers.splice(place, 0, timer);
    return () => {
      this.#timers = this.#timers.filter(other => other !== timer);
    };
  }

  runUntil(end: number): void {
    for (let next = this.#timers[0]; next && next.at <= end; next = this.#timers[0]) {
      this.#timers.shift();
      this.#now = next.at;
      next.action();
    }
    this.#now = end;
  }
}
