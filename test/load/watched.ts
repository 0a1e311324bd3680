import { setTimeout as delay } from 'node:timers/promises';
import type { Program } from '../support/server-process.ts';
import type { Lifetime } from './lifetime.ts';
import type { Measured } from './meter.ts';

/** A process that is not to end by itself. */
export interface Watched extends Measured {
  /** Tells it to end. @returns its code, once it has */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** How long a process may take to end in order. */
const GOODBYE_MS = 5_000;
/** In characters: what goes wrong once often goes wrong a thousand times. */
const MOST_COMPLAINTS = 3_000;

/** Ends the lifetime with the program, shows what the program complained of, and lets it end in order. */
export function watched(t: Lifetime, name: string, { pid, exited, output, kill }: Program): Watched {
  let isOver = false;
  void exited.then(({ code }) => isOver || t.fail(new Error(`The ${name} process ended with ${code}.`)));
  t.after(async () => {
    isOver = true;
    kill('SIGINT');
    await Promise.race([exited, delay(GOODBYE_MS, undefined, { ref: false })]);
    const complaints = [...output.stdout.split('\n').slice(1), output.stderr].join('\n').trim();
    if (complaints) console.error(`The ${name} process said:\n${complaints.slice(0, MOST_COMPLAINTS)}`);
  });
  return {
    name,
    pid: pid ?? 0,
    async end(signal) {
      isOver = true;
      kill(signal);
      return (await exited).code;
    },
  };
}
