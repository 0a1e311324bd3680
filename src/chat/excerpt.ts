import type { Term } from '../database/full-text.ts';
import { WORD } from '../models/search-terms.ts';

/** A piece of a text, and whether it is what was looked for. */
export interface Part {
  readonly text: string;
  readonly isHit: boolean;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** So much of a very long text is looked through. */
const MOST_READ_CHARACTERS = 20_000;
const EXCERPT_CHARACTERS = 180;
const BEFORE_HIT_CHARACTERS = 28;
/** A rule, or what stands below the head of a table. */
const LINE_DRAWN = /(?<=\n)[ |:]*-[-|: ]*(?=\n|$)/g;

/** All of the text, with the hits apart. */
export function markHits(text: string, terms: readonly Term[]): Part[] {
  return split(text, { start: 0, end: text.length }, findHits(text, terms));
}

/** The lines around the first hit, or the text's beginning where there is none, with the hits apart. */
export function excerpt(text: string, terms: readonly Term[]): Part[] {
  const read = text.slice(0, MOST_READ_CHARACTERS);
  const hits = findHits(read, terms);
  const range = around(text, hits[0]?.start ?? 0);
  const parts = split(text, range, hits).map(({ text, isHit }) => ({ text: withoutMarkup(text), isHit }));
  return [
    ...(range.start > 0 ? [{ text: '…', isHit: false }] : []),
    ...parts,
    ...(range.end < text.length ? [{ text: '…', isHit: false }] : []),
  ];
}

/** From a word's beginning before the place to a word's end. */
function around(text: string, place: number): Range {
  const earliest = Math.max(0, place - BEFORE_HIT_CHARACTERS);
  const blank = text.slice(earliest, place).search(/\s\S/);
  const start = earliest === 0 ? 0 : blank < 0 ? place : earliest + blank + 1;
  if (text.length - start <= EXCERPT_CHARACTERS) return { start, end: text.length };
  const whole = text.slice(start, start + EXCERPT_CHARACTERS).replace(/\s\S*$/, '');
  return { start, end: start + whole.length };
}

function split(text: string, { start, end }: Range, hits: readonly Range[]): Part[] {
  const parts: Part[] = [];
  let done = start;
  for (const hit of hits.filter(hit => hit.start >= start && hit.end <= end)) {
    parts.push({ text: text.slice(done, hit.start), isHit: false });
    parts.push({ text: text.slice(hit.start, hit.end), isHit: true });
    done = hit.end;
  }
  return [...parts, { text: text.slice(done, end), isHit: false }].filter(part => part.text !== '');
}

/** A few lines of Markdown that are read as they are. */
function withoutMarkup(text: string): string {
  const signs = /[*`]+|(?<!\S)(?:#+|>) |(?<=\n)[-+] /g;
  return text
    .replace(LINE_DRAWN, '')
    .replace(signs, '')
    .replace(/[\s|]+/g, ' ');
}

/** Where the terms are, in the order of the text; none is inside of another. */
function findHits(text: string, terms: readonly Term[]): Range[] {
  const wanted = terms.map(({ words, isPrefix }) => ({ words: words.map(folded), isPrefix }));
  const words = [...text.matchAll(WORD)].map(({ 0: word, index }) => ({
    folded: folded(word),
    start: index,
    end: index + word.length,
  }));
  const hits: Range[] = [];
  for (let i = 0; i < words.length; i++) {
    const length = Math.max(...wanted.map(term => lengthAt(words, i, term)));
    const [first, last] = [words[i], words[i + length - 1]];
    if (length === 0 || !first || !last) continue;
    hits.push({ start: first.start, end: last.end });
    i += length - 1;
  }
  return hits;
}

/** How many words the term has, where it stands at this place, else 0. */
function lengthAt(words: readonly { readonly folded: string }[], place: number, term: Term): number {
  const { words: wanted, isPrefix } = term;
  const isThere = wanted.every((word, i) => {
    const found = words[place + i]?.folded;
    const mayGoOn = isPrefix && i === wanted.length - 1;
    return mayGoOn ? found?.startsWith(word) : found === word;
  });
  return isThere ? wanted.length : 0;
}

/** Without capitals and accents, as the index has it. */
function folded(word: string): string {
  return word.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
