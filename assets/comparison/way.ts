import type { Meter } from './meter.ts';

export interface Question {
  readonly prompt: string;
  readonly bot: string;
}

/** One of the three ways for a reply to come, as the comparison sees it. */
export interface Way {
  /** Empties the column. @returns what measures the run from now on */
  ask(question: Question): Meter;
  stop(): void;
  /** Shows in the column what has been measured. */
  showFigures(): void;
}
