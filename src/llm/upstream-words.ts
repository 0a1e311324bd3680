import type { APIError } from 'openai';

const LONGEST_QUOTE = 200;

/** What the server said about its error, as it is: only to be searched, never to be shown. */
export function wordsOf({ error }: APIError): string {
  const said: unknown = error;
  if (typeof said === 'string') return said;
  if (typeof said !== 'object' || said === null || !('message' in said)) return '';
  return typeof said.message === 'string' ? said.message : '';
}

/**
 * The server's words as they may stand in a sentence: one line, no markup, not long. Nothing where they are of no use
 * to a person, or where they speak of the key.
 */
export function quoteOf(error: APIError, apiKey: string): string {
  const words = wordsOf(error)
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim();
  if (words === '' || isMarkup(words) || speaksOfKey(words, apiKey)) return '';
  return `: "${shortened(words)}"`;
}

function isMarkup(words: string): boolean {
  return /<[a-z!/]/i.test(words);
}

/** Providers echo keys whole or with the middle starred. */
function speaksOfKey(words: string, apiKey: string): boolean {
  return words.includes(apiKey) || /api.?key|bearer|\bsk-/i.test(words);
}

function shortened(words: string): string {
  const bare = words.replace(/[.!\s]+$/, '');
  return bare.length <= LONGEST_QUOTE ? bare : `${bare.slice(0, LONGEST_QUOTE).toWellFormed()}…`;
}
