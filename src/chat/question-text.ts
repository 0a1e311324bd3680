import { Invalid } from '../errors.ts';
import { isBlank } from './is-blank.ts';

/** In UTF-16 code units. The text field has no `maxlength`: browsers cut what is pasted without a word. */
const MAX_QUESTION_LENGTH = 32_000;

/**
 * The text of a question as it is saved: LF line ends, no NUL, no blank lines around it.
 * @throws Invalid when nothing is left, or too much
 */
export function cleanQuestion(text: string): string {
  const clean = text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replaceAll('\0', '')
    .replace(/^\s*\n/, '')
    .trimEnd();
  if (isBlank(clean)) throw new Invalid('Write a message first.');
  if (clean.length > MAX_QUESTION_LENGTH) {
    const [length, most] = [clean.length, MAX_QUESTION_LENGTH].map(number => number.toLocaleString('en'));
    throw new Invalid(
      `This message has ${length} characters; ${most} is the most that fits. Shorten it a little.`,
    );
  }
  return clean;
}
