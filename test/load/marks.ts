/** Milliseconds since 1970 by the clock that all processes of a machine share, finer than `Date.now()`. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

/** What the upstream writes as its nth word: the word itself says when it was sent. */
export interface Mark {
  readonly n: number;
  readonly at: Instant;
}

/** Tenths of a millisecond since the full hour: short enough to stand in a text as one of its words. */
export type Instant = number;

const HOUR = 36_000_000;
const BASE = 36;
const MARK = /t(\d+)@([\da-z]+);/g;
const REQUEST = /r@([\da-z]+);/;
/** Stands for a mark where its time is not known yet, or does not matter. */
export const MARK_PLACE = '¤';

export function instant(): Instant {
  return Math.round(now() * 10) % HOUR;
}

/** From one instant to a moment of `now()` after it. @returns milliseconds, wrong for more than half an hour */
export function millisecondsSince(at: Instant, moment: number): number {
  const tenths = (Math.round(moment * 10) - at) % HOUR;
  return (tenths < -HOUR / 2 ? tenths + HOUR : tenths > HOUR / 2 ? tenths - HOUR : tenths) / 10;
}

/** A word without anything that Markdown or HTML would change. */
export function markText(n: number): string {
  return `t${n}@${instant().toString(BASE)};`;
}

/** Says when the request arrived; it stands before the first mark. */
export function requestText(at: Instant): string {
  return `r@${at.toString(BASE)};`;
}

export function findMarks(text: string): Mark[] {
  return [...text.matchAll(MARK)].map(([, n, at = '']) => ({
    n: Number(n),
    at: Number.parseInt(at, BASE),
  }));
}

/** The text with each mark as its place: the same whenever it was sent. */
export function withoutTimes(text: string): string {
  return text.replace(REQUEST, '').trimStart().replace(MARK, MARK_PLACE);
}

export function findRequest(text: string): Instant | undefined {
  const [, at] = REQUEST.exec(text) ?? [];
  return at === undefined ? undefined : Number.parseInt(at, BASE);
}
