import { Invalid } from '../errors.ts';

/** In characters as people count them, more or less: code points. The field has no `maxlength`, as the question's. */
const MAX_TITLE_CHARACTERS = 100;
/** In UTF-16 code units. */
const MAX_FIRST_TITLE_LENGTH = 60;

/** The title of a conversation whose questions were all deleted. */
export const UNTITLED = 'New conversation';

/** A conversation's title until it gets a better one: the first words of its first question. */
export function titleFrom(question: string): string {
  const words = question.replace(/\s+/g, ' ').trim();
  if (words.length <= MAX_FIRST_TITLE_LENGTH) return words;
  const cut = words
    .slice(0, MAX_FIRST_TITLE_LENGTH)
    .toWellFormed()
    .replace(/\u{FFFD}$/u, '');
  return `${cut.replace(/\s\S*$/, '')}…`;
}

/**
 * A title as it is saved: on one line, without blanks around it.
 * @throws Invalid when nothing is left, or too much
 */
export function cleanTitle(text: string): string {
  const title = text.toWellFormed().replaceAll('\0', '').replace(/\s+/g, ' ').trim();
  if (!title) throw new Invalid('A conversation needs a title.');
  if ([...title].length > MAX_TITLE_CHARACTERS)
    throw new Invalid(`A title has at most ${MAX_TITLE_CHARACTERS} characters. Shorten it a little.`);
  return title;
}
