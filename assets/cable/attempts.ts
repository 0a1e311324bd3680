/** How long to wait before a connection is tried again: twice as long each time, and never as long as other pages. */
export const ATTEMPTS = {
  get shortestMs() {
    return between(50, 200);
  },
  get longestMs() {
    return between(5_000, 10_000);
  },
  growth: 2,
};

/** @param failures how many tries in a row have failed before */
export function pauseAfter(failures: number): number {
  return Math.min(ATTEMPTS.shortestMs * ATTEMPTS.growth ** failures, ATTEMPTS.longestMs);
}

function between(least: number, most: number): number {
  return least + Math.random() * (most - least);
}
