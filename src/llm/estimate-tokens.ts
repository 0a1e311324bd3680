/**
 * Tokens for a byte of UTF-8, by what it is a part of. Measured against OpenAI's encodings `o200k_base` and `cl100k_base`
 * and Llama 3's: prose, code and tables in a dozen scripts took no more than that in the worst of them, but for emoji and
 * runs of random letters. Newer tokenizers take half of it for scripts that are not Latin; some take each digit for itself.
 */
const FOR_LETTER = 0.3;
const FOR_DIGIT_OR_MARK = 0.75;
const FOR_OTHER_SCRIPT = 0.42;

/** About how many tokens a text takes: rather too many than too few, whichever model reads it. */
export function estimateTokens(text: string): number {
  const ascii = text.match(/[\0-\x7f]/g)?.length ?? 0;
  const letters = text.match(/[a-z \t\r\n]/gi)?.length ?? 0;
  const others = Buffer.byteLength(text) - ascii;
  return Math.ceil(letters * FOR_LETTER + (ascii - letters) * FOR_DIGIT_OR_MARK + others * FOR_OTHER_SCRIPT);
}

/** A text with more characters than that is estimated at more tokens. */
export function mostCharacters(tokens: number): number {
  return Math.ceil(tokens / FOR_LETTER); // a character has a byte at least, and no byte counts less
}
