import { DOCUMENT_KINDS, type DocumentKind, documentText } from './documents.ts';
import { MARK_PLACE } from './marks.ts';

/** What the upstream is to say. */
export interface Script {
  /** Words that are nothing but marks, or a document in Markdown with a mark here and there. */
  readonly kind: 'words' | DocumentKind;
  /** How many words, or about how many characters. */
  readonly length: number;
  /** Tokens: a word, or a few characters of a document. */
  readonly perSecond: number;
}

/** As long as a paragraph of real text, so that blocks settle as they do there. */
const WORDS_PER_PARAGRAPH = 60;
/** What tokens of English and of code have on average. */
const CHARACTERS_PER_TOKEN = 4;

/** The question that makes the upstream say so. */
export function questionFor({ kind, length, perSecond }: Script): string {
  return `Please write ${length} of ${kind}, ${perSecond} tokens a second.`;
}

/** @returns `undefined` for any other question, which gets a short answer */
export function scriptFrom(question: string): Script | undefined {
  const [, length, name, perSecond] = /write (\d+) of (\w+), (\d+) tokens/.exec(question) ?? [];
  const kind = (['words', ...DOCUMENT_KINDS] as const).find(each => each === name);
  return kind && { kind, length: Number(length), perSecond: Number(perSecond) };
}

/** What the upstream says, piece by piece; where a mark is to stand, its place stands in a piece of its own, or first. */
export function tokensOf({ kind, length }: Script): string[] {
  if (kind !== 'words') return cut(documentText(kind, length));
  return Array.from({ length }, (_, n) => {
    const endsParagraph = n % WORDS_PER_PARAGRAPH === WORDS_PER_PARAGRAPH - 1;
    return MARK_PLACE + (endsParagraph ? '\n\n' : ' ');
  });
}

/** How many marks there are in what the upstream says. */
export function marksIn(script: Script): number {
  return tokensOf(script).filter(token => token.startsWith(MARK_PLACE)).length;
}

/** A mark is one piece, so that it never comes in two. */
function cut(text: string): string[] {
  const pattern = new RegExp(`${MARK_PLACE}|[^${MARK_PLACE}]{1,${CHARACTERS_PER_TOKEN}}`, 'gs');
  return text.match(pattern) ?? [];
}
