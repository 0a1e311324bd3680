import type { Program } from './server-process.ts';

/** A line of the log, parsed. */
export type LogLine = Readonly<Record<string, unknown>>;

/** What a program prints for people and tools, beside its log. */
const ANNOUNCEMENT = /^(Parley is at|The worker is ready)/;

/** The log of a program so far. @throws at a line that is no JSON */
export function logOf({ output }: Pick<Program, 'output'>): LogLine[] {
  const lines = output.stdout.split('\n').slice(0, -1); // what has no end is not whole yet
  return lines.filter(line => !ANNOUNCEMENT.test(line)).map(line => JSON.parse(line));
}
