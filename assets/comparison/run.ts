import type { Meter } from './meter.ts';
import type { Question } from './way.ts';
import type { Wire } from './wire.ts';

const TICK_MS = 100;
const WIRE_TICK_MS = 500;

/** A question that is asked in three ways at the same moment. */
export class Run {
  readonly question: Question;
  /** Of the ways, in the order of their columns. */
  readonly meters: readonly Meter[];
  /** Whether the connections were cut meanwhile. */
  wasCut = false;
  readonly #wire: Wire;
  #timers: readonly ReturnType<typeof setInterval>[] = [];

  constructor(question: Question, meters: readonly Meter[], wire: Wire) {
    this.question = question;
    this.meters = meters;
    this.#wire = wire;
    void wire.begin();
  }

  get isOver(): boolean {
    return this.meters.every(({ isRunning }) => !isRunning);
  }

  /** Has what is measured shown again and again, the last time when it is over, until it is left. */
  watch(show: () => void): void {
    const tick = () => {
      if (this.isOver) this.leave();
      show();
    };
    this.#timers = [setInterval(tick, TICK_MS), setInterval(() => this.readWire(), WIRE_TICK_MS)];
  }

  leave(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  async readWire(): Promise<void> {
    await this.#wire.read();
    this.meters.forEach((meter, way) => {
      meter.wireBytes = this.#wire.bytes[way];
    });
  }
}
