import type { Random } from '../support/random.ts';

const WORDS =
  'tide moon *slowly* **never** harbour `knots` gull 🐚 lantern [the chart](https://example.com/chart) rope ~~ebb~~ 🏴‍☠️ north salt and of a the under while naïve Grüße 潮'.split(
    ' ',
  );
const LANGUAGES = ['js', 'sh', ''];
/** In code points. */
const LONGEST_TOKEN = 12;

/** A reply in Markdown: paragraphs, lists, fences, tables, quotes, headings and emoji, in any order. */
export function tale(random: Random, blocks: number): string {
  return Array.from({ length: blocks }, () => block(random)).join('\n\n');
}

/** Cuts a text as a model does: anywhere but within a character. */
export function tokensOf(text: string, random: Random): string[] {
  const characters = [...text];
  const tokens: string[] = [];
  while (characters.length > 0) tokens.push(characters.splice(0, random.whole(1, LONGEST_TOKEN)).join(''));
  return tokens;
}

function block(random: Random): string {
  return random.pick([paragraph, paragraph, list, steps, fence, table, quote, heading])?.(random) ?? '';
}

function paragraph(random: Random): string {
  return `${words(random, random.whole(8, 40))}.`;
}

function list(random: Random): string {
  return lines(random, 2, 6, () => `${random.happens(0.3) ? '  ' : ''}- ${words(random, 5)}`);
}

function steps(random: Random): string {
  return lines(random, 2, 5, place => `${place + 1}. ${words(random, 6)}`);
}

function fence(random: Random): string {
  const code = lines(random, 2, 8, place => `const wave${place} = '<${words(random, 2)}>' && ${place};`);
  return `\`\`\`${random.pick(LANGUAGES)}\n${code}\n\`\`\``;
}

function table(random: Random): string {
  const rows = lines(random, 1, 5, () => `| ${words(random, 2)} | ${words(random, 1)} |`);
  return `| Water | Height |\n| --- | ---: |\n${rows}`;
}

function quote(random: Random): string {
  return lines(random, 1, 3, () => `> ${words(random, 7)}`);
}

function heading(random: Random): string {
  return `## ${words(random, 3)}`;
}

function lines(random: Random, least: number, most: number, line: (place: number) => string): string {
  return Array.from({ length: random.whole(least, most) }, (_, place) => line(place)).join('\n');
}

function words(random: Random, count: number): string {
  return Array.from({ length: count }, () => random.pick(WORDS)).join(' ');
}
