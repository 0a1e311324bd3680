import fc from 'fast-check';

/** A text in the pieces in which it arrives. */
export type Pieces = readonly string[];

/** Whole constructs, one a fragment. `§` becomes a different label each time, so that no link finds a definition. */
const BLOCKS = [
  'Some text with *emphasis*, **strength**, ~~a mistake~~ and `code`.',
  'A line\nand another  \nand a third\\\nand the last',
  '# Heading',
  '## A heading with a | in it',
  '###### Deep ######',
  'Setext\n===',
  'Over two\nlines\n---',
  '---',
  '* * *',
  '***bold and slanted***',
  '- one\n- two\n- three',
  '- loose\n\n- list\n\n  with a second paragraph',
  '- a\n  - b\n    - c\n\n      d\n- e',
  '1. one\n2. two\n   - nested\n10) other',
  '7. starts at seven',
  '- [ ] to do\n- [x] done **well**\n1. [X] [link](https://example.com)',
  '$$\nx^2\n= 1\n- y\n$$',
  '\\[ \\begin{aligned}\na &= b \\\\\n&+ c\n\\end{aligned} \\].',
  'text\n$$ x $$\ntext with $x_1 * y_2$, \\(a < b\\) and $$\\frac{1}{2}$$ for $5 or $10',
  '$$\nnever closed\n- y',
  '- one\n\n  $$\n  x\n  $$\n- two',
  '> \\[\n> x\n> \\]',
  '$\\label{messages}\\ref{messages}\\kern-99em\\color{red}x$ and $\\nosuchthing$',
  '```json\n{"a": [1, "<b>", null]}\n```',
  '[the docs](https://example.com/docs) and [**mail**](mailto:me@example.com)',
  '-\n  starts on the next line',
  '- ```ts\n  const nested = true;\n  ```\n- after',
  '- ```\n  never closed',
  '```ts\nconst a = "<b>";\n\nreturn a\n```',
  '~~~~ python title="x"\n```\n~~~\n~~~~',
  '```\nnever closed\n\n# not a heading',
  '```a|b\n-|-',
  '    indented\n\n    code',
  '| a | b |\n|---|:-:|\n| 1 | `x` |\n| 2 |',
  'a | b\n--|--',
  '| head | only |',
  'text\n| a |\n|---|\n| b |',
  '> quoted\nlazy line\n> more',
  '> - list in a quote\n>   ```\n>   code',
  '> # heading\nnot lazy',
  '>     code in a quote\n>\n> - x',
  '<div onclick="x()">\n<b>html</b>\n</div>',
  '<script>alert(1)</script>',
  '</template></turbo-stream>',
  '<!-- a comment -->',
  'half **open, `half [open](https://example.com/?a=1&b=2',
  '![a cat](https://example.com/cat.png) and [![badge](https://a.example/b.svg)](https://a.example)',
  'https://example.com/some_path_here?q=*x* and <https://example.com>',
  '😀 👩‍👩‍👧‍👦 e\u0301 \u202eright to left\u202c',
  '&amp; &lt;script&gt; &#106; &nbsp;',
  `${'very long line '.repeat(60)}`,
  `${'x'.repeat(500)}`,
  '[§]: https://example.com/defined "title"',
  '[§]: https://example.com\n"a title\nover lines"',
  '[§]: https://example.com\n"never closed\n===\nmore',
  '[§\n===\nlabel over lines]: https://example.com',
  '- [§]: https://example.com\n"lazy title\n===\nend"',
  '> [§]: https://example.com\n> "title\n> end"',
  '[§] only looks like one',
];

const JOINTS = [
  '',
  '\n',
  '\n',
  '\n\n',
  '\n\n',
  '\n\n',
  '\n\n\n',
  '\r\n',
  '\r\n\r\n',
  '\r',
  ' ',
  '\n  \n',
  '\n    ',
  '\n> ',
  '\n- ',
];

/** Single lines whose meaning hangs on their neighbours. */
const LINES = `


text
| a | b
a | b
# a | b
\`\`\` a | b
--|--
--
===
# heading
---
\`\`\`
~~~
    indented
\tindented by a tab
- item
- item | item
-
  inside
  - item inside
      deep inside
2. two
> quoted
> a | b
>
> - item
>> deeper
[§]: /address
[§]: /address "title"
[§]:
[§
- [§]: /address
> [§]: /address
$$
$$ x
$$ x $$
x $$ y
\\[
\\].
"title
    "title
"title | b
"
'title' more
label]: /address
/address
  "title"`.split('\n');

/** Lines that go on with lists, tables and code, one in the other, or end them. */
const NESTED_LINES = `

- item
- a | b
-
- [ ] to do
-  two blanks
*   another list
1. one
2. two
2)
  - inside
   - a little further
    - deeper
    1. numbered
  inside
    far inside
  | a | b |
  |---|--:|
  | 1 | *2*
  |
| a | b |
|---|---|
| 1 | 2 |
--|--
  \`\`\`js
  code();
  \`\`\`
\`\`\`
~~~
$$
  $$
  \\[ x
  \\]
> - quoted
lazy
---
- [§]: /address`.split('\n');

/** Shreds of syntax, so that they meet in ways that nobody thought of. */
const SHREDS = [
  ...['\n', '\n', '\n', '\n\n', '\n\n', '\r\n', '\r', ' ', '  ', '    ', '\t', '\v', '\u00a0'],
  ...'a|b c|lorem|1|😀|-|--|---|=|===|:|- |* |+ |1. |2) |> |>|# |#|```|````|~~~|`|*|**|_|~~'.split('|'),
  ...'$ $ $$ \\( \\) \\[ \\] \\frac{ } [x] [ ] *a _b'.split(' '),
  ...'[§ [§ [§ ] ]( ) ( ![§ ]: ]:/u ]:/u | | -|- --|-- <https://a.b> " " \' \\ < <b> &lt;'.split(' '),
];

const blocks = fc
  .array(fc.tuple(fc.constantFrom(...BLOCKS), fc.constantFrom(...JOINTS)), { maxLength: 8 })
  .map(parts => parts.flat().join(''));

const lines = fc
  .array(fc.constantFrom(...LINES), { maxLength: 12, size: 'max' })
  .map(parts => parts.map(line => `${line}\n`).join(''));

const nestedLines = fc
  .array(fc.constantFrom(...NESTED_LINES), { maxLength: 20, size: 'max' })
  .map(parts => parts.map(line => `${line}\n`).join(''));

const shreds = fc
  .array(fc.constantFrom(...SHREDS), { maxLength: 40, size: 'max' })
  .map(parts => parts.join(''));

const linksAfterDefinition = fc
  .tuple(blocks, fc.constantFrom(...JOINTS), blocks)
  .map(([before, joint, after]) => {
    const definition = '\n\n[known]: https://example.com/known "Known"';
    const links = after.replaceAll('text', '[text][known]').replaceAll('more', '[known]');
    return before + definition + joint + links;
  });

/** In UTF-16 units; 0 stands for the rest of the line. */
const pieceLengths = fc.oneof(
  fc.constant([0]),
  fc.array(fc.nat(15), { minLength: 1 }),
  fc.array(fc.nat(150), { minLength: 1 }),
);

/** Documents in which no link comes before its definition, cut anywhere, in surrogate pairs and line breaks too. */
export const streamedDocuments: fc.Arbitrary<Pieces> = fc
  .tuple(fc.oneof(blocks, lines, nestedLines, shreds, linksAfterDefinition).map(withOwnLabels), pieceLengths)
  .map(([text, lengths]) => cut(text, lengths));

function withOwnLabels(text: string): string {
  let count = 0;
  return text.replaceAll('§', () => `label ${++count}`);
}

/** Cuts a text into pieces of the given lengths, over and over. */
function cut(text: string, lengths: readonly number[]): string[] {
  const pieces: string[] = [];
  for (let start = 0; start < text.length; start += pieces.at(-1)?.length ?? 0) {
    const length = lengths[pieces.length % lengths.length] || restOfLine(text, start);
    pieces.push(text.slice(start, start + length));
  }
  return pieces;
}

function restOfLine(text: string, start: number): number {
  const end = text.indexOf('\n', start) + 1;
  return (end || text.length) - start;
}
