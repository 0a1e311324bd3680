import type { StatementKind } from '../database.ts';
import type { FaultKind } from '../llm/faults.ts';
import type { Status } from '../schema.ts';

/** Who is told what the program does, to keep count of it. Names and texts of people are none of it. */
export interface Metrics {
  /** A reply was closed. */
  replyEnded(status: Status): void;
  /** A model that was asked has begun to answer. */
  modelBegan(ms: number): void;
  /** A model has written a whole reply. */
  modelWrote(tokensPerSecond: number): void;
  /** A model that was asked has not come to the end of its answer. */
  modelFailed(kind: FaultKind): void;
  /** A statement was carried out; `undefined` where nobody wants to know, so that nothing is measured either. */
  readonly queryRan: ((kind: StatementKind, ms: number) => void) | undefined;
}

/** Nobody keeps count. */
export const UNCOUNTED: Metrics = {
  replyEnded() {},
  modelBegan() {},
  modelWrote() {},
  modelFailed() {},
  queryRan: undefined,
};
