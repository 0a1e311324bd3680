/** The parts of the list of conversations, by name, and what stands above each. */
export const DAYS = {
  pinned: 'Pinned',
  today: 'Today',
  yesterday: 'Yesterday',
  week: 'Previous 7 days',
  month: 'Previous 30 days',
  earlier: 'Earlier',
} as const;

export type Day = keyof typeof DAYS;

const DAY_MS = 24 * 60 * 60 * 1000;
/** Made when a day is first spoken of, as they take a while. */
const formats = new Map<boolean, Intl.DateTimeFormat>();

/** How long ago a time was, in days of the calendar, by the zone of whoever asks. Times are milliseconds since 1970. */
export function dayOf(time: number, now = Date.now()): Day {
  const days = Math.round((startOfDay(now) - startOfDay(time)) / DAY_MS); // a day may have 23 or 25 hours
  if (days <= 0) return 'today';
  if (days === 1) return 'yesterday';
  if (days <= 7) return 'week';
  return days <= 30 ? 'month' : 'earlier';
}

/** The day of a time in words, by the zone of whoever asks, with the year where it is another one. */
export function dayInWords(time: number, now = Date.now()): string {
  const isThisYear = new Date(time).getFullYear() === new Date(now).getFullYear();
  return formats.getOrInsertComputed(isThisYear, openFormat).format(time);
}

function openFormat(isThisYear: boolean): Intl.DateTimeFormat {
  const day = { day: 'numeric', month: 'short' } as const;
  return new Intl.DateTimeFormat('en', isThisYear ? day : { ...day, year: 'numeric' });
}

/** How long it is until the next day begins. */
export function untilTomorrow(now = Date.now()): number {
  return new Date(now).setHours(24, 0, 0, 0) - now;
}

function startOfDay(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0);
}
