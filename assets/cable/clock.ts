/** Time as the catch-up needs it, so that a simulation can bring its own. */
export interface Clock {
  /** Milliseconds since some fixed moment; never goes back. */
  now(): number;
  /** Runs the action after so many milliseconds, unless it is cancelled by the function returned. */
  after(ms: number, action: () => void): () => void;
}

export const browserClock: Clock = {
  now: () => performance.now(),
  after(ms, action) {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
};
