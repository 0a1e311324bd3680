import type { Term } from '../database/full-text.ts';

/** Letters and digits, with the marks that belong to them: what the index takes for a word. */
export const WORD = /[\p{L}\p{N}\p{Co}][\p{L}\p{N}\p{Co}\p{M}]*/gu;

const QUOTES = /["“”„]/;
const LONGEST_CHARACTERS = 200;
const MOST_TERMS = 12;

/**
 * Reads what somebody typed: words, and phrases in quotation marks. All of them are to be found, in any order; the one
 * that is still being typed may be the beginning of a word. Whatever is no word counts as a space.
 */
export function readTerms(typed: string): Term[] {
  const parts = typed.slice(0, LONGEST_CHARACTERS).split(QUOTES);
  const isPhrase = (place: number) => place % 2 === 1;
  const pieces = parts.flatMap((part, place) => (isPhrase(place) ? [part] : part.split(/\s+/)));
  const terms = pieces.map(wordsOf).filter(words => words.length > 0);
  const isEnded = parts.length > 1 && wordsOf(parts.at(-1) ?? '').length === 0;
  return terms.slice(0, MOST_TERMS).map((words, place) => ({
    words,
    isPrefix: !isEnded && place === terms.length - 1,
  }));
}

function wordsOf(text: string): string[] {
  return text.match(WORD) ?? [];
}
