/** What somebody wants to be answered with. */
export type Wish = 'greeting' | 'thanks' | 'self' | 'sum' | 'story' | 'table' | 'code' | 'list' | 'thought';

/** The first that fits is taken: "a long list" is a list, "compare two functions in a table" a table. */
const WISHES: readonly (readonly [Wish, RegExp])[] = [
  ['greeting', /^(hi|hello|hey|howdy|ahoy|yo|good (morning|afternoon|evening|day))\b(\W+\w+){0,2}\W*$/i],
  ['thanks', /^(many )?(thanks|thank you|cheers)\b/i],
  ['self', /\b(who|what) are you\b|\byour name\b|\bintroduce yourself\b/i],
  ['table', /\b(tables?|tabular|compar(e|ed|ing|ison)|versus|vs|pros and cons|differences? between)\b/i],
  ['code', /\b(code|script|function|program|snippet|python|javascript|typescript|html|css|sql|bash)\b/i],
  ['list', /\b(lists?|steps?|ideas|tips|ways|reasons|examples|checklist|recipe|how (to|do|can|should))\b/i],
  ['story', /\b(long|stor(y|ies)|tale|yarn|essay|novel|article|at length|in detail)\b/i],
];

/** A sum of two numbers, in digits. */
const SUM = /(-?\d+(?:\.\d+)?)\s*([-+*/×÷x])\s*(-?\d+(?:\.\d+)?)/;

export function wishIn(question: string): Wish {
  const found = WISHES.find(([, pattern]) => pattern.test(question.trim()))?.[0];
  return found ?? (sumIn(question) === undefined ? 'thought' : 'sum');
}

/** @returns the sum with its result: "6 × 7 = 42" */
export function sumIn(question: string): string | undefined {
  const [, left, sign = '', right] = SUM.exec(question) ?? [];
  if (left === undefined || right === undefined) return undefined;
  const result = calculate(Number(left), sign, Number(right));
  return `${left} ${SIGNS[sign] ?? sign} ${right} = ${Number(result.toPrecision(12))}`;
}

const SIGNS: Readonly<Record<string, string>> = { '-': '−', '*': '×', x: '×', '/': '÷' };

function calculate(left: number, sign: string, right: number): number {
  if (sign === '+') return left + right;
  if (sign === '-') return left - right;
  return sign === '/' || sign === '÷' ? left / right : left * right;
}

/** How many things are wanted, where a number says so. */
export function countIn(question: string): number | undefined {
  const digits = /\b\d{1,2}\b/.exec(question)?.[0];
  if (digits !== undefined) return Number(digits);
  const word = NUMBER_WORDS.findIndex(number => new RegExp(`\\b${number}\\b`, 'i').test(question));
  return word === -1 ? undefined : word + 2;
}

const NUMBER_WORDS = [
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];

/** The two things that are to be compared. */
export function pairIn(question: string): readonly [string, string] | undefined {
  const [, left, right] = PAIR.exec(plainLine(question)) ?? [];
  return left && right ? [shortened(left), shortened(withoutForm(right))] : undefined;
}

const PAIR =
  /(?:compar(?:e|ed|ing|ison)|between|of|for|^)\s+(?:of |between )?(?:the )?(.{1,60}?)\s+(?:and|with|to|versus|vs\.?)\s+(.{1,60})/i;

/** What the question is about, in a few words that may stand inside of a sentence. */
export function topicOf(question: string): string {
  const line = withoutForm(plainLine(question));
  const about = /\b(?:about|on|of|for|regarding)\s+(.+)/i.exec(line)?.[1];
  const topic = wishIn(question) === 'thought' || about === undefined ? withoutAsking(line) : about;
  return shortened(topic) || 'that';
}

/** The first sentence, without what Markdown would take for more than text. */
function plainLine(question: string): string {
  const line = question
    .replace(/[`*_|<>[\]\\~]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  return line.replace(/[.?!]+( .*)?$/, '');
}

const FORM =
  /\s*[,(]?\s*\b(please|(in|as) (a |an )?(table|list|markdown|detail|code|python|javascript|typescript|html|css|sql|bash))\b.*$/i;

function withoutForm(line: string): string {
  return line.replace(FORM, '');
}

const ASKING = new RegExp(
  [
    '^(please|can you|could you|would you|tell me|show me|give me|write( me)?|explain|describe|make( me)?|i (want|need) to',
    'what( is|.s| are| was)|who( is|.s| was)|where (is|are)|when (is|was|did)|how (do|can|should|would) (i|you|we|one)|how to',
    'why (is|are|do|does|did)|compare|do you (know|like))\\s+',
  ].join('|'),
  'i',
);

function withoutAsking(line: string): string {
  const shorter = line.replace(ASKING, '');
  return shorter === line ? line : withoutAsking(shorter);
}

const LONGEST_TOPIC = 60;

function shortened(text: string): string {
  if (text.length <= LONGEST_TOPIC) return text.trim();
  const cut = text.slice(0, LONGEST_TOPIC).toWellFormed();
  return `${cut.slice(0, cut.lastIndexOf(' ') + 1 || LONGEST_TOPIC).trim()}…`;
}
