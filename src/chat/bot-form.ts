import { Invalid } from '../errors.ts';
import type { BotFields } from '../models/bot.ts';
import { isBlank } from './is-blank.ts';

/** The inks of `assets/styles/tokens.css`, in the order in which they are offered. */
export const INKS = ['blue', 'violet', 'pink', 'red', 'orange', 'olive', 'green', 'teal'] as const;

/** A bot's form, as it was typed. */
export type BotForm = Readonly<Record<keyof BotFields, string>>;

/** A sentence for each field that cannot be taken. */
export type BotProblems = Partial<BotForm>;

export class InvalidBot extends Invalid {
  readonly problems: BotProblems;

  constructor(problems: BotProblems) {
    super(Object.values(problems).join(' '));
    this.problems = problems;
  }
}

/** Reads what a person says of a bot. @throws InvalidBot */
export function readBotForm(typed: BotForm): BotFields {
  const form = mapped(typed, text => text.toWellFormed().replaceAll('\0', '').replace(/\r\n?/g, '\n').trim());
  const problems = problemsIn(form);
  if (Object.keys(problems).length > 0) throw new InvalidBot(problems);
  return {
    name: onOneLine(form.name),
    tagline: onOneLine(form.tagline),
    colour: form.colour,
    emoji: form.emoji || null,
    instructions: form.instructions,
    model: form.model || null,
    temperature: temperatureIn(form.temperature),
    max_tokens: tokensIn(form.max_tokens),
    starters: linesOf(form.starters).join('\n'),
  };
}

function problemsIn(form: BotForm): BotProblems {
  const wrong = (field: keyof BotForm) => CHECKS[field].find(([isWrong]) => isWrong(form[field]))?.[1];
  const fields: BotProblems = mapped(form, (_, field) => wrong(field) ?? '');
  return Object.fromEntries(Object.entries(fields).filter(([, sentence]) => sentence));
}

type Check = readonly [isWrong: (text: string) => boolean, sentence: string];

const MOST_TOKENS = 1_000_000;
const MOST_STARTERS = 6;

/** What each field may be. Lengths are in characters; the range of temperatures is that of OpenAI's API. */
const CHECKS: Readonly<Record<keyof BotForm, readonly Check[]>> = {
  name: [[isBlank, 'A bot needs a name.'], longerThan(40, 'A name')],
  tagline: [longerThan(100, 'This line')],
  colour: [[text => !INKS.some(ink => ink === text), 'Choose one of the colours.']],
  emoji: [[text => text !== '' && (isBlank(text) || !isMark(text)), 'One emoji fits, or one letter.']],
  instructions: [
    [isBlank, 'Say who the bot is, and how it replies.'],
    longerThan(20_000, 'The instructions'),
  ],
  model: [longerThan(200, 'The name of a model')],
  temperature: [[outside(temperatureIn, 0, 2), 'A temperature is a number from 0 to 2, such as 0.7.']],
  max_tokens: [
    [
      outside(tokensIn, 1, MOST_TOKENS),
      `This is a whole number of tokens, from 1 to ${grouped(MOST_TOKENS)}.`,
    ],
  ],
  starters: [
    [text => linesOf(text).length > MOST_STARTERS, `At most ${MOST_STARTERS} lines, one for each beginning.`],
    [text => linesOf(text).some(line => line.length > 200), 'A line has at most 200 characters.'],
  ],
};

function longerThan(most: number, what: string): Check {
  return [
    text => [...text].length > most,
    `${what} has at most ${grouped(most)} characters. Shorten it a little.`,
  ];
}

/** In groups of three digits. Node's own formats would be loaded for it at every start. */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/**
 * An emoji, or a sign with one accent at most: more of them grow over what stands around. Not a constant: just to read
 * this pattern takes 50 ms.
 */
function isMark(text: string): boolean {
  return /^(?:\p{RGI_Emoji}|[\p{L}\p{N}\p{P}\p{S}]\p{M}?)$/v.test(text);
}

function outside(read: (text: string) => number | null, least: number, most: number): Check[0] {
  return text => {
    const number = read(text);
    return number !== null && !(number >= least && number <= most);
  };
}

/** Half of the world writes a comma. @returns `null` where nothing is given, `NaN` for what is no number */
function temperatureIn(text: string): number | null {
  if (text === '') return null;
  return /^(?:\d+|\d*[.,]\d+)$/.test(text) ? Number(text.replace(',', '.')) : Number.NaN;
}

/** What stands between groups of three digits is left out. @returns as for a temperature */
function tokensIn(text: string): number | null {
  if (text === '') return null;
  const digits = GROUPED.test(text) ? text.replace(/\D/g, '') : text;
  return /^\d+$/.test(digits) ? Number(digits) : Number.NaN;
}

const GROUPED = /^[1-9]\d{0,2}(?:[\s,.'’_]\d{3})+$/;

function linesOf(text: string): string[] {
  return text.split('\n').map(onOneLine).filter(Boolean);
}

function onOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function mapped(form: BotForm, change: (text: string, field: keyof BotForm) => string): BotForm {
  return {
    name: change(form.name, 'name'),
    tagline: change(form.tagline, 'tagline'),
    colour: change(form.colour, 'colour'),
    emoji: change(form.emoji, 'emoji'),
    instructions: change(form.instructions, 'instructions'),
    model: change(form.model, 'model'),
    temperature: change(form.temperature, 'temperature'),
    max_tokens: change(form.max_tokens, 'max_tokens'),
    starters: change(form.starters, 'starters'),
  };
}
