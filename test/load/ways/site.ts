import type { Reception } from '../arrivals.ts';
import { startAskers } from '../askers.ts';
import type { StreamKind } from '../event-stream.ts';
import { gzippedBytes } from '../gzipped.ts';
import type { Lifetime } from '../lifetime.ts';
import type { Measured } from '../meter.ts';
import { type Answer, type Question, startReaders } from '../readers.ts';
import { type Stack, startStack, type Writer } from '../stack.ts';
import { mean, total } from '../statistics.ts';
import { compareWithRows, faultOfStream } from '../truth.ts';
import type { Way } from './measurement.ts';

/** The program and the people who read its replies in one way. Nothing else ever runs there, so its memory is that way's. */
export interface Site {
  readonly way: Way;
  readonly stack: Stack;
  readonly people: Measured;
  /** Lets so many people come, each for a reply of its own. */
  gather(count: number): Promise<void>;
  /** Each asks, and reads the whole reply. */
  ask(question: Question): Promise<Heard>;
}

export interface Heard {
  readonly answers: readonly Answer<Reception>[];
  /** Compares it with what the model said. To be done when nothing is measured any more. */
  examine(): Promise<Examination>;
}

export interface Examination {
  /** What is wrong, in words, for each reader with whom something is. */
  readonly faults: readonly string[];
  /** How often a page asked for what it lacked. */
  readonly catchUps: number;
  readonly characters: number;
  readonly writes: number;
  readonly gzippedBytes: number | undefined;
}

export async function openSite(t: Lifetime, way: Way, profiles: string | undefined): Promise<Site> {
  const writer: Writer = way === 'literal' ? 'literal' : 'parley';
  const stack = await startStack(t, { mode: 'redis', writer, profiles });
  const rest = way === 'turbo' || way === 'literal' ? pages(t, stack) : eventStreams(t, stack, way);
  return { way, stack, ...rest };
}

function pages(t: Lifetime, { url, databaseUrl }: Stack): Pick<Site, 'people' | 'gather' | 'ask'> {
  const readers = startReaders(t);
  return {
    people: readers,

    async gather(count) {
      await readers.visit({ urls: [url], conversations: count });
      await readers.subscribe(1);
    },

    async ask(question) {
      const answers = await readers.ask(question);
      const outcomes = answers.flatMap(each => each.outcomes);
      return {
        answers,
        async examine() {
          const checks = await compareWithRows(databaseUrl, outcomes, question);
          return {
            faults: checks.flatMap(({ fault }) => fault ?? []),
            catchUps: total(outcomes.map(({ catchUps }) => catchUps)),
            characters: mean(checks.map(({ characters }) => characters)),
            writes: mean(checks.map(({ writes }) => writes)),
            gzippedBytes: undefined,
          };
        },
      };
    },
  };
}

function eventStreams(
  t: Lifetime,
  { url }: Stack,
  kind: StreamKind,
): Pick<Site, 'people' | 'gather' | 'ask'> {
  const askers = startAskers(t);
  return {
    people: askers,
    gather: async people => await askers.gather({ url, people, kind }),

    async ask(question) {
      const answers = await askers.ask(question);
      const outcomes = answers.flatMap(each => each.outcomes);
      const raw = outcomes[0]?.raw;
      return {
        answers,
        examine: async () => ({
          faults: outcomes.flatMap(outcome => faultOfStream(outcome, question) ?? []),
          catchUps: 0,
          characters: mean(outcomes.map(({ text }) => text.length)),
          writes: 0, // nothing is saved
          gzippedBytes: raw ? await gzippedBytes(raw) : undefined,
        }),
      };
    },
  };
}
