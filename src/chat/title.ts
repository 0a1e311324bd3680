import { Invalid } from '../errors.ts';
import type { Title } from '../models/conversation.ts';
import type { MessageRow } from '../schema.ts';
import { isBlank } from './is-blank.ts';

/** In characters as people count them, more or less: code points. The field has no `maxlength`, as the question's. */
const MAX_TITLE_CHARACTERS = 100;
/** In UTF-16 code units. */
const MAX_FIRST_TITLE_LENGTH = 60;

/** The title of a conversation whose questions were all deleted. */
export const UNTITLED = 'New conversation';

/** A conversation's title until it gets a better one: the first words of its first question. */
export function titleAfter({ id, content }: Pick<MessageRow, 'id' | 'content'>): Title {
  return { title: titleFrom(content), titled_after: id };
}

/** The first words of a question. */
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
  if (isBlank(title)) throw new Invalid('A conversation needs a title.');
  if ([...title].length > MAX_TITLE_CHARACTERS)
    throw new Invalid(`A title has at most ${MAX_TITLE_CHARACTERS} characters. Shorten it a little.`);
  return title;
}

/**
 * The title in what a model answered when it was asked for one: its first line, without the quotation marks, the Markdown
 * and the full stop that models like to add. @returns `undefined` when that is no title
 */
export function titleByModel(answer: string): string | undefined {
  const [line = ''] = answer.replace(THOUGHTS, '').trim().split('\n');
  const title = LABELS.reduce(
    (rest, label) => rest.trim().replace(label, ''),
    line.replace(MARKS, ''),
  ).trim();
  return !isBlank(title) && [...title].length <= MAX_TITLE_CHARACTERS ? title : undefined;
}

/** Some servers leave what a model thought in its answer. */
const THOUGHTS = /^\s*<think>.*?(<\/think>|$)/s;
/** What Markdown emphasizes with; an underline within a word is a part of it. */
const MARKS = /[*`~]+|(?<![\p{L}\p{N}])_+|_+(?![\p{L}\p{N}])/gu;
/** What stands around a title, from the outside in. */
const LABELS = [
  /^(#+|[-+>]|\d+[.)])\s+/,
  /^title\s*:/i,
  /(?<![.])[.。]$/,
  /^["'“”„‘’‚«»‹›「『]+/,
  /["'“”„‘’‚«»‹›」』]+$/,
  /(?<![.])[.。]$/,
];
