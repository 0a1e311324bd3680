import { sumIn } from './sum.ts';

/** What somebody wants to be answered with. */
export type Wish =
  | 'greeting'
  | 'thanks'
  | 'self'
  | 'joke'
  | 'sum'
  | 'story'
  | 'table'
  | 'code'
  | 'list'
  | 'thought';

/** The first that fits is taken: "compare two functions in a table" wishes a table, "a long list" a list. */
const WISHES: readonly (readonly [Wish, RegExp])[] = [
  ['greeting', /^(hi|hello|hey|howdy|ahoy|yo|good (morning|afternoon|evening|day))\b(\W+\w+){0,2}\W*$/i],
  ['greeting', /^(help|what can (you|i) (do|ask)( you)?( here)?)\W*$/i],
  ['thanks', /^(many )?(thanks|thank you|cheers)\b/i],
  ['self', /\b(who|what) are you\b|\byour name\b|\bintroduce yourself\b/i],
  ['table', /\b(tables?|tabular|compar(e|ed|ing|ison)|versus|vs|pros and cons|differences? between)\b/i],
  ['code', /\b(code|script|function|program|snippet|python|javascript|typescript|html|css|sql|bash)\b/i],
  ['list', /\b(lists?|steps?|ideas|tips|ways|reasons|examples|checklist|recipe|how (to|do|can|should))\b/i],
  ['joke', /\bjokes?\b|\bmake me laugh\b/i],
  ['story', /\b(long|stor(y|ies)|tale|yarn|essay|novel|article|at length|in detail)\b/i],
];

export function wishIn(question: string): Wish {
  const found = WISHES.find(([, pattern]) => pattern.test(question.trim()))?.[0];
  return found ?? (sumIn(question) === undefined ? 'thought' : 'sum');
}

/** How many things are wanted, where a number says so. */
export function countIn(question: string): number | undefined {
  const digits = /\b\d{1,2}\b/.exec(question)?.[0];
  if (digits !== undefined) return Number(digits);
  const word = NUMBER_WORDS.findIndex(number => new RegExp(`\\b${number}\\b`, 'i').test(question));
  return word === -1 ? undefined : word + 2;
}

const NUMBER_WORDS = [
  ...['two', 'three', 'four', 'five', 'six', 'seven'],
  ...['eight', 'nine', 'ten', 'eleven', 'twelve'],
];

export type Pair = readonly [string, string];

/** The two things that are to be compared. */
export function pairIn(question: string): Pair | undefined {
  const line = plainLine(question);
  const [, left, right] = COMPARED.exec(line) ?? VERSUS.exec(line) ?? [];
  return left && right ? [shortened(left), shortened(right)] : undefined;
}

const COMPARED = /\b(?:compar(?:e|ing)|between|of|for)\s+(.+?)\s+(?:and|with|to|versus|vs)\s+(.+)/i;
const VERSUS = /^(.+?)\s+(?:versus|vs)\s+(.+)/i;

/** What the question is about, in the asker's own words, to be quoted inside of a sentence. */
export function topicOf(question: string): string {
  const line = without(ASKING, plainLine(question));
  const topic = wishIn(question) === 'code' ? line : without(TASK, line);
  return shortened(without(NOTHING, topic)) || 'nothing in particular';
}

/** The first sentence, without what Markdown would take for more than text, and without "please, in a table". */
function plainLine(question: string): string {
  const line = question
    .replace(/[`*_|<>[\]\\~{}"]/g, '')
    .replace(/\bvs\./gi, 'vs')
    .replace(/\s+/g, ' ')
    .trim();
  return without(FORM, line.replace(/[.?!]+( .*)?$/, ''));
}

const FORM =
  /[\s,]+(please|(in|as) (a |an )?(table|list|markdown|detail|code|python|javascript|typescript))$/i;
const ASKING =
  /^(please|can you|could you|would you|tell me|show me|give me|write|make|explain|describe|list(?! of\b)|what( is|.s| are)|i (want|need))( me| us)?\s+/i;
const TASK =
  /^.*?\b(lists?|tables?|steps|ideas|tips|ways|reasons|examples|cons|stor(y|ies)|tale|yarn|essay|article)\s+(about|on|of|for|to)\s+/i;
const NOTHING =
  /^(an? |some)?\s*(very )?(long )?(something|list|table|story|tale|yarn|essay|article|answer|text|reply)?( long)?$/i;

/** Takes away what the pattern finds, again and again. */
function without(pattern: RegExp, text: string): string {
  const shorter = text.replace(pattern, '');
  return shorter === text ? text : without(pattern, shorter);
}

const LONGEST_TOPIC = 60;

function shortened(text: string): string {
  if (text.length <= LONGEST_TOPIC) return text.trim();
  const start = text.slice(0, LONGEST_TOPIC);
  return `${start
    .slice(0, start.lastIndexOf(' ') + 1 || LONGEST_TOPIC)
    .trim()
    .toWellFormed()}…`;
}
