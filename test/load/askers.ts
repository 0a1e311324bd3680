import { join } from 'node:path';
import type { StreamKind, StreamOutcome } from './event-stream.ts';
import type { Lifetime } from './lifetime.ts';
import { startLoadProcess } from './load-process.ts';
import type { Measured } from './meter.ts';
import type { Answer, Question } from './readers.ts';

export interface Gathering {
  readonly url: string;
  readonly people: number;
  readonly kind: StreamKind;
}

/** People who ask by an event stream, and read the reply from it. */
export interface Askers extends Measured {
  /** Lets so many people come, who are strangers to the program. Whoever was there before leaves. */
  gather(gathering: Gathering): Promise<void>;
  /** Each asks, and reads to the end. @throws when one does not get there */
  ask(question: Question): Promise<readonly Answer<StreamOutcome>[]>;
}

const ENTRY = join(import.meta.dirname, 'askers-process.ts');

export function startAskers(t: Lifetime): Askers {
  const { name, pid, ask } = startLoadProcess(t, 'readers', ENTRY);
  return {
    name,
    pid,
    gather: async gathering => void (await ask('gather', gathering)),
    ask: async question => (await ask('ask', question)) as readonly Answer<StreamOutcome>[],
  };
}
