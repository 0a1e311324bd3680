import { Random } from '../support/random.ts';
import { MARK_PLACE } from './marks.ts';

export const DOCUMENT_KINDS = ['mixed', 'fence', 'list', 'table'] as const;

/** `mixed`: all that models write, in turn. The others: one block of that kind, from the beginning to the end. */
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

/** So many characters come between two marks, at least. */
const MARK_EVERY = 200;
/** What a mark takes where its place stands. */
const MARK_LENGTH = 11;
const SEED = 0x9e3779b9;

/** A document of about so many characters: the same each time, and a longer one begins as a shorter one does. */
export function documentText(kind: DocumentKind, characters: number): string {
  let text = '';
  let length = 0;
  let unmarked = 0;
  const lines = kind === 'mixed' ? mixed(new Random(SEED)) : block(kind, new Random(SEED));
  for (const line of lines) {
    if (length >= characters) break;
    unmarked += line.length;
    const isMarked = unmarked >= MARK_EVERY && line.includes('§');
    if (isMarked) unmarked = 0;
    const written = `${line.replace(' §', isMarked ? ` ${MARK_PLACE}` : '')}\n`;
    text += written;
    length += written.length + (isMarked ? MARK_LENGTH : 0);
  }
  return kind === 'fence' ? `${text}\`\`\`\n` : text;
}

/** Lines without end; ` §` is where a mark may stand. */
type Lines = Generator<string>;

function* mixed(random: Random): Lines {
  for (let section = 1; ; section++) {
    yield* ['', `## ${section}. ${capital(words(random, 4))}`, ''].slice(section === 1 ? 1 : 0);
    yield* [paragraph(random), '', paragraph(random), ''];
    yield* take(random.whole(4, 7), block('list', random));
    yield* ['', paragraph(random), ''];
    yield* [...take(random.whole(9, 18), block('fence', random)), '```', ''];
    yield* [`### ${capital(words(random, 3))}`, '', paragraph(random), ''];
    yield* Array.from({ length: random.whole(3, 6) }, (_, n) => `${n + 1}. ${sentence(random)} §`);
    yield* ['', `> ${sentence(random)} §`, `> ${sentence(random)}`, ''];
    yield* take(random.whole(5, 9), block('table', random));
    yield* ['', paragraph(random)];
  }
}

function* block(kind: Exclude<DocumentKind, 'mixed'>, random: Random): Lines {
  if (kind === 'table') yield* ['| Part | Meaning | Count | Note |', '|---|:---|---:|:---:|'];
  if (kind === 'fence') yield '```ts';
  const line = { table: tableRow, fence: codeLines, list: listLines }[kind];
  for (;;) yield* line(random);
}

function tableRow(random: Random): string[] {
  const [name, meaning, note] = [words(random, 2), words(random, 6), words(random, 2)];
  return [`| \`${name.replace(' ', '_')}\` | ${capital(meaning)} § | ${random.whole(1, 9_999)} | ${note} |`];
}

function listLines(random: Random): string[] {
  const item = `- **${capital(words(random, 2))}**: ${sentence(random)} §`;
  const inner = () => `  - ${capital(words(random, 7))}`;
  return [item, ...Array.from({ length: random.happens(1 / 4) ? random.whole(2, 3) : 0 }, inner)];
}

function codeLines(random: Random): string[] {
  const [name, value, list, other] = [0, 0, 0, 0].map(() => camelCase(words(random, 2)));
  return [
    `/** ${sentence(random)} */`,
    `export function ${name}(${value}: number, ${list}: readonly string[]): string[] { // as before §`,
    `  if (${value} < ${random.whole(1, 99)} && ${list}.length > 0) return [...${list}];`,
    `  const ${other} = ${list}.map((each, place) => \`\${place}: \${each}\`); // in order §`,
    `  return ${other}.filter(each => each !== "${words(random, 2)}" && each.length <= ${value});`,
    '}',
    '',
  ];
}

function paragraph(random: Random): string {
  const sentences = Array.from({ length: random.whole(2, 4) }, () => sentence(random));
  return `${sentences.join(' ')} §`;
}

function sentence(random: Random): string {
  const said = capital(words(random, random.whole(6, 14)));
  const tail = words(random, 2);
  const decorated = [
    `**${tail}**`,
    `*${tail}*`,
    `\`${tail}\``,
    `[${tail}](https://example.com/${camelCase(tail)})`,
  ];
  return `${said} ${random.happens(1 / 3) ? random.pick(decorated) : tail}.`;
}

function words(random: Random, count: number): string {
  return Array.from({ length: count }, () => random.pick(VOCABULARY)).join(' ');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function camelCase(text: string): string {
  return text.replace(/ (\w)/g, (_, letter: string) => letter.toUpperCase());
}

function* take(count: number, lines: Lines): Lines {
  for (let n = 0; n < count; n++) yield lines.next().value ?? '';
}

const VOCABULARY =
  `a about above after again air all along also always an and animal another answer any are around as ask at
away back be because been before began begin being below between book both boy but by call came can car carry change children
city close come could country cut day did different do does done don't door down each early earth eat end enough even every
example eye face family far father feet few find first follow food for form found four from get girl give go good got great
group grow had hand hard has have he head hear help her here high him his home house how idea if important in into is it its
just keep kind know land large last later learn leave left let letter life light like line list little live long look made
make man many may me mean men might mile miss more most mother mountain move much must my name near need never new next night
no not now number of off often old on once one only open or other our out over own page paper part people picture place plant
play point put question quick read really right river run said same saw say school sea second see seem sentence set she
should show side small so some something sometimes song soon sound spell start state still stop story study such take talk
tell than that the their them then there these they thing think this those thought three through time to together too took
tree try turn two under until up us use very walk want was watch water way we well went were what when where which while
white who why will with without word work world would write year you young your`.split(/\s+/);
