const LONG_HIDDEN_MS = 30_000;

let hiddenSince = document.visibilityState === 'hidden' ? Date.now() : undefined;

/**
 * Whether the tab has been hidden for so long that what it shows is of no use to anybody. By the clock on the wall: a
 * tab that was frozen gets its frames before its timers and events.
 */
export function isAsleep(): boolean {
  return hiddenSince !== undefined && Date.now() - hiddenSince > LONG_HIDDEN_MS;
}

export function whenAwake(action: () => void): void {
  document.addEventListener('visibilitychange', () => {
    const wasAsleep = isAsleep();
    hiddenSince = document.visibilityState === 'hidden' ? Date.now() : undefined;
    if (wasAsleep && hiddenSince === undefined) action();
  });
}
