/**
 * How long a server asks us to wait: `Retry-After` in seconds or as a date (RFC 9110, 10.2.3), or the finer
 * `retry-after-ms` that OpenAI and Azure send.
 * @returns milliseconds, `undefined` where nothing (or nothing sensible) is asked
 */
export function requestedPauseMs(headers: Headers | undefined): number | undefined {
  const milliseconds = numberIn(headers?.get('retry-after-ms'));
  if (milliseconds !== undefined) return milliseconds;
  const value = headers?.get('retry-after');
  const seconds = numberIn(value);
  if (seconds !== undefined) return seconds * 1000;
  const date = Date.parse(value ?? '');
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

/** A time for a sentence: "Wait …". */
export function spokenTime(ms: number | undefined): string {
  const seconds = Math.ceil((ms ?? 0) / 1000);
  if (seconds <= 1) return 'a moment';
  if (seconds <= 90) return `${seconds} seconds`;
  const minutes = Math.ceil(seconds / 60);
  return minutes <= 90 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`;
}

function numberIn(value: string | null | undefined): number | undefined {
  return value && /^\s*\d+(\.\d+)?\s*$/.test(value) ? Number(value) : undefined;
}
