import type { ChatMessage } from '../exchange.ts';
import { countIn, type Pair, pairIn, topicOf, type Wish, wishIn } from './question.ts';
import { codeFor } from './snippets.ts';
import { sumIn } from './sum.ts';
import { asksForTitle, titleOf } from './title.ts';
import type { Voice } from './voice.ts';
import { belle } from './voices/belle.ts';
import { pirate } from './voices/pirate.ts';
import { plain } from './voices/plain.ts';

/**
 * The demo's answer to a conversation, in Markdown: in the voice that the instructions ask for, in the form that the
 * last question wishes, and plain about being a demo. The same conversation has the same answer. One that ends in the
 * beginning of this answer is continued. Whoever asks for a title gets one.
 */
export function answerTo(messages: readonly ChatMessage[]): string {
  const questions = messages.filter(({ role }) => role === 'user');
  const question = questions.at(-1)?.content ?? '';
  if (asksForTitle(messages)) return titleOf(question);
  const answer = compose(voiceIn(messages), question, questions.length);
  const begun = messages.at(-1)?.role === 'assistant' ? (messages.at(-1)?.content ?? '') : '';
  return answer.startsWith(begun) && answer !== begun ? answer.slice(begun.length) : answer;
}

function voiceIn(messages: readonly ChatMessage[]): Voice {
  const instructions = messages.find(({ role }) => role === 'system')?.content ?? '';
  if (/\bpirate/i.test(instructions)) return pirate;
  return /\bbelle/i.test(instructions) ? belle : plain;
}

function compose(voice: Voice, question: string, turn: number): string {
  const choice = new Choice(`${turn} ${question}`);
  const paragraphs = [...FORMS[wishIn(question)](voice, question, choice), noticeOf(voice, turn)];
  const about = { topic: topicOf(question), sum: sumIn(question) ?? '' };
  return paragraphs.join('\n\n').replace(/\{(topic|sum)\}/g, (_, name: keyof typeof about) => about[name]);
}

type Form = (voice: Voice, question: string, choice: Choice) => readonly string[];

const FORMS: Readonly<Record<Wish, Form>> = {
  greeting: ({ greetings }, _, choice) => [choice.of(greetings)],
  thanks: ({ thanks }, _, choice) => [choice.of(thanks)],
  self: ({ self }) => [self],
  joke: ({ jokes }, _, choice) => [choice.of(jokes)],
  sum: ({ sum }) => [sum],
  story: ({ story }) => [joinLines(story)],
  table: ({ table, closings }, question, choice) => [
    table.intro,
    tableOf(table.rows, pairIn(question)),
    choice.of(closings),
  ],
  code: ({ code }, question) => [code.intro, codeFor(question), code.outro],
  list: ({ list, closings }, question, choice) => [
    list.intro,
    listOf(choice.turned(list.items), countIn(question)),
    choice.of(closings),
  ],
  thought: ({ openings, thoughts, closings }, _, choice) => [
    choice.of(openings),
    choice.of(thoughts),
    choice.of(closings),
  ],
};

function joinLines(text: string): string {
  return text.trim().replace(/(\S)\n(?=\S)/g, '$1 ');
}

function tableOf(rows: Voice['table']['rows'], pair: Pair = ['{topic}', 'doing without']): string {
  const [left, right] = pair;
  const cells = [
    ['', left, right],
    ['---', '---', '---'],
    ...rows.map(([about, ...both]) => [`**${about}**`, ...both]),
  ];
  return cells.map(row => `| ${row.join(' | ')} |`).join('\n');
}

const LIST_LENGTH = 5;

function listOf(items: readonly string[], count = LIST_LENGTH): string {
  return items
    .slice(0, Math.max(1, count))
    .map((item, index) => `${index + 1}. ${item}`)
    .join('\n');
}

const CONNECTING = `To talk to a real model, put one of these into \`.env\` and start Parley again:

\`\`\`sh
# OpenAI
OPENAI_API_KEY=sk-...

# or any compatible server, such as Ollama on your own machine
OPENAI_BASE_URL=http://127.0.0.1:11434/v1
\`\`\``;

/** In full at first, so that nobody is deceived; a line later on, so that nobody is bored. */
function noticeOf({ notice }: Voice, turn: number): string {
  if (turn <= 1) return `---\n\n${notice.full} ${CONNECTING}`;
  return `*${notice.short} \`OPENAI_API_KEY\` or \`OPENAI_BASE_URL\` in \`.env\` brings a real one.*`;
}

/** Chooses by the words of the question: at random to the eye, yet the same for the same question. */
class Choice {
  #number: number;

  constructor(seed: string) {
    let hash = 0;
    for (const character of seed) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 1_000_003;
    this.#number = hash;
  }

  of(texts: readonly string[]): string {
    const text = texts[this.#number % texts.length] ?? '';
    this.#number = Math.floor(this.#number / texts.length); // or each opening would have its one closing
    return text;
  }

  /** The first stays first, since it opens the list; the others take turns. */
  turned([first = '', ...others]: readonly string[]): readonly string[] {
    const start = this.#number % others.length;
    return [first, ...others.slice(start), ...others.slice(0, start)];
  }
}
