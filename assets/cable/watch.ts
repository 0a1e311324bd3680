const CHECK_EVERY_MS = 500;

interface Watcher {
  /** Every half second. */
  check(): void;
  /** The network came or went. */
  switchNetwork(): void;
  /** The tab was hidden or shown. */
  switchTab(): void;
}

/** Tells a connection what may have ended it, until the signal. */
export function watch({ check, switchNetwork, switchTab }: Watcher, signal: AbortSignal): void {
  const checks = setInterval(check, CHECK_EVERY_MS);
  signal.addEventListener('abort', () => clearInterval(checks));
  for (const change of ['online', 'offline']) addEventListener(change, switchNetwork, { signal });
  document.addEventListener('visibilitychange', switchTab, { signal });
}
