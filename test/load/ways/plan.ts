import { DOCUMENT_KINDS, type DocumentKind } from '../documents.ts';
import { type Load, WAYS, type Way } from './measurement.ts';

/** One way under one load, and about how long that takes. */
export interface Step {
  readonly way: Way;
  readonly load: Load;
  readonly seconds: number;
}

interface Extent {
  readonly replies: readonly number[];
  readonly kinds: readonly DocumentKind[];
  readonly characters: readonly number[];
}

const FULL: Extent = {
  replies: [1, 10, 50, 100, 200],
  kinds: DOCUMENT_KINDS,
  characters: [500, 5_000, 50_000],
};
const QUICK: Extent = { replies: [1, 25], kinds: ['mixed'], characters: [500, 5_000] };

const TOKENS = 400;
const TOKENS_PER_SECOND = 100;
/** At once: more than one, so that their CPU is more than what the processes take by themselves. */
const DOCUMENTS = 4;
const DOCUMENT_TOKENS_PER_SECOND = 250;
const CHARACTERS_PER_TOKEN = 4;

/**
 * Past it the literal way is left out: of a document of 50,000 characters each of 12,000 tokens would draw and send up
 * to 100 kB, which takes minutes.
 */
const MOST_CHARACTERS_FOR_LITERAL = 5_000;

/** All there is to measure: the ways in turn for each load, so that what the machine does meanwhile meets all of them. */
export function plan({ isQuick }: { readonly isQuick: boolean }): Step[] {
  return loads(isQuick ? QUICK : FULL).flatMap(load =>
    WAYS.filter(way => way !== 'literal' || isBearable(load)).map(way => ({
      way,
      load,
      seconds: secondsFor(way, load),
    })),
  );
}

/** For people. */
export function nameOf({ replies, script }: Load): string {
  const what =
    script.kind === 'words' ? `${script.length} tokens` : `${script.length} characters of ${script.kind}`;
  return replies === 1 ? `1 reply of ${what}` : `${replies} replies of ${what}`;
}

function loads({ replies, kinds, characters }: Extent): Load[] {
  const documents = kinds.flatMap(kind =>
    characters.map(length => ({
      replies: DOCUMENTS,
      script: { kind, length, perSecond: DOCUMENT_TOKENS_PER_SECOND },
    })),
  );
  const words = { kind: 'words', length: TOKENS, perSecond: TOKENS_PER_SECOND } as const;
  return [...documents, ...replies.map(count => ({ replies: count, script: words }))];
}

function isBearable({ script }: Load): boolean {
  return script.kind === 'words' || script.length <= MOST_CHARACTERS_FOR_LITERAL;
}

function secondsFor(way: Way, { replies, script }: Load): number {
  const tokens = script.kind === 'words' ? script.length : script.length / CHARACTERS_PER_TOKEN;
  const preparing = 1 + replies / 25;
  const saying = tokens / script.perSecond;
  return preparing + (way === 'literal' ? Math.max(saying, replies * tokens * 0.002) : saying);
}
