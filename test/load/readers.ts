import { join } from 'node:path';
import type { Reception } from './arrivals.ts';
import type { Lifetime } from './lifetime.ts';
import { startLoadProcess } from './load-process.ts';
import type { Measured } from './meter.ts';
import type { Script } from './script.ts';
import type { Outcome } from './watch.ts';

export interface Visit {
  /** Of one web process, or of several: people take them by turns, and so do the readers of each. */
  readonly urls: readonly string[];
  readonly conversations: number;
  /** Whether pages that lose their connection come back, to any of the processes; else that is a fault. */
  readonly comeBack?: boolean;
}

export interface Question extends Script {
  /** The questions are asked spread over so long; 0: all at the same instant. */
  readonly withinMs: number;
  /** How long all of it may take. */
  readonly patienceMs: number;
}

/** A reply: when its question was posted, and what each of its readers received. */
export interface Answer<Received extends Reception = Outcome> {
  readonly postedAt: number;
  readonly outcomes: readonly Received[];
}

/** People with a conversation each, and the pages that show them. */
export interface Readers extends Measured {
  /** Lets so many people start a conversation, get a short reply, and open the page. Whoever was there before leaves. */
  visit(visit: Visit): Promise<void>;
  /** Subscribes so many readers to each conversation, and waits until all have caught up. */
  subscribe(each: number): Promise<void>;
  /** Asks in each conversation, and waits until all readers show the whole reply. @throws when one does not */
  ask(question: Question): Promise<readonly Answer[]>;
  /** Cuts all connections at the same moment. @returns for each reader, after how many milliseconds it was right again */
  cut(): Promise<readonly number[]>;
}

const ENTRY = join(import.meta.dirname, 'readers-process.ts');

export function startReaders(t: Lifetime): Readers {
  const { name, pid, ask } = startLoadProcess(t, 'readers', ENTRY);
  return {
    name,
    pid,
    visit: async visit => void (await ask('visit', visit)),
    subscribe: async each => void (await ask('subscribe', each)),
    ask: async question => (await ask('ask', question)) as readonly Answer[],
    cut: async () => (await ask('cut')) as readonly number[],
  };
}
