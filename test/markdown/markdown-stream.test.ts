import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MarkdownStream } from '../../src/markdown/markdown-stream.ts';
import { outliner, parser } from '../../src/markdown/parser.ts';
import { renderMarkdown } from '../../src/markdown/render-markdown.ts';
import { assertDrawn, assertSettled, framesOf } from './stream-frames.ts';

/** Which part of a text is settled when it has come as one piece. */
function settledPart(text: string): string {
  return text.slice(0, new MarkdownStream().append(text).settledLength);
}

const SETTLED_AT_ONCE = {
  'a heading': '# Title\n',
  'a heading with an underline': 'Title\n===\n',
  'a rule': '---\n',
  'a closed fence': '```ts\ncode\n\n```\n',
  'a closed fence after text': 'Text:\n~~~\n~~~\n',
  'a closed formula': '$$\nx\n- y\n$$\n',
  'a formula in one line after text': 'Text:\n\\[ x \\]\n',
};

for (const [name, text] of Object.entries(SETTLED_AT_ONCE)) {
  test(`${name} is settled as soon as its last line is complete`, () => {
    assert.notEqual(settledPart(text.trimEnd()), text.trimEnd());
    assert.equal(settledPart(text), text);
  });
}

const SETTLED_BY_BLANK_LINE = {
  'a paragraph': 'two\nlines\n',
  'a quote': '> quoted\nlazy\n',
  'a table': '| a |\n|---|\n| b |\n',
  'a definition': '[a]: /b\n',
  'a formula that is not closed': '$$\nx\n- y\n',
  'a heading that could be the head of a table': '# a | b\n',
};

for (const [name, text] of Object.entries(SETTLED_BY_BLANK_LINE)) {
  test(`${name} is settled once a blank line is complete`, () => {
    assert.equal(settledPart(text), '');
    assert.equal(settledPart(`${text}  `), '');
    assert.equal(settledPart(`${text}  \n`), text);
  });
}

const SETTLED_BY_NEXT_BLOCK = {
  'a list': '- one\n\n- two\n\n',
  'a numbered list': '1. one\n\n   more\n\n',
  'indented code': '    one\n\n    two\n\n',
};

for (const [name, text] of Object.entries(SETTLED_BY_NEXT_BLOCK)) {
  test(`${name} goes on after blank lines, and is settled once another block has begun`, () => {
    assert.equal(settledPart(`${text}Next`), '');
    assert.equal(settledPart(`${text}Next\n`), text);
  });
}

test('an open fence stays open, whatever is inside', () => {
  assert.equal(settledPart('```md\n# Title\n\n---\n\n~~~\n'), '');
});

/** Texts whose first lines look settled before a later line changes what they are. */
const DECEPTIVE = [
  'foo\n***bold***\n',
  'foo\n| a |\n|---|\n',
  '# a | b\n--|--\n1 | 2\n',
  '``` a | b\n--|--\n',
  '$$ a | b\n--|--\n',
  'text\n$$\nx\n- y\n===\n$$ more\n\ntext\n',
  'text\n$$x$$ more\n$$y$$\n',
  '\\[\nx\n> y\n\\] z\n\\]\nz\n',
  '[foo]: https://example.com\n"title\n$$\nx\n$$\nend"\n\n[foo]\n',
  '- foo\n\n\n- bar\n',
  '[foo\n===\nbar]: https://example.com\n\n[foo === bar]\n',
  '[foo]: https://example.com\n"title\n===\n\n',
  '[foo]: https://example.com\n"title\n===\nfoo\n# bar\n',
  '[foo]: https://example.com\n"title\n===\nend"\n\n[foo]\n',
  '[foo]: https://example.com\n    "title\nend"\n\n[foo]\n',
  '- [foo]: https://example.com\n"lazy\n===\nend"\n\n[foo]\n',
  '- [foo]: https://example.com\n"title | b\n--|--\nc | d\n===\nend"\n\n[foo]\n',
  '- [foo\n  ===\nbar\nbaz]: https://example.com\n\n[foo === bar baz]\n',
  '> [foo]: https://example.com\n> "title\n> end"\n\n[foo]\n',
  '> [foo]: https://example.com\n    "title\n> [bar]: https://example.com\nend"\n\n[foo]\n',
  '> - [foo]: https://example.com\n"lazy\nend"\n\n[foo]\n',
  `${'- '.repeat(60)}deeper than is parsed\n\n# all of it\n\nis lost\n`,
];

for (const text of DECEPTIVE) {
  test(`nothing settles too early in ${JSON.stringify(text)}`, () => {
    for (const pieces of [[...text], text.split(/(?<=\n)/), [text]]) {
      for (const frame of framesOf(pieces)) {
        assertDrawn(frame);
        assertSettled(frame);
      }
    }
  });
}

test('a table that is one only within its list goes on there', () => {
  for (const frame of framesOf(['-\n', '- a | b\n', '  |---|--:|\n', '    far inside\n', '\n', '  c | d\n']))
    assertDrawn(frame);
});

test('a definition reaches the blocks after it, also when it settled long before', () => {
  const frames = framesOf(['[site]: https://example.com\n\n', 'Text.\n\n', 'See [site].\n\n', 'And [site]']);
  assert.equal(frames.at(-1)?.shown.match(/href="https:\/\/example\.com"/g)?.length, 2);
});

test('a definition that is still growing is not yet remembered', () => {
  const [, last] = framesOf(['[site]: https://exam', 'ple.com\n\nSee [site]']);
  assert.match(last?.shown ?? '', /href="https:\/\/example\.com"/);
});

test('a link before its definition stays text while the reply is written, and is a link in the finished reply', () => {
  const pieces = ['See [site].\n\n', 'Text.\n\n', '[site]: https://example.com\n'];
  const last = framesOf(pieces).at(-1);
  assert.equal(last?.shown, '<p>See [site].</p><p>Text.</p>');
  assert.match(renderMarkdown(pieces.join('')), /^<p>See <a href="https:\/\/example\.com"/);
});

test('a line break that is cut in half is one line break', () => {
  const frames = framesOf(['a\r', '\nb\r\n\r', '\nc']);
  assert.equal(frames[0]?.settledLength, 0);
  assert.equal(frames.at(-1)?.settledLength, 'a\r\nb\r\n'.length);
});

/** What an open block begins with, and what it goes on with. */
const OPEN_BLOCKS: Readonly<Record<string, readonly [string, string]>> = {
  'a fence': ['```js\n', 'const a = "<b>"; // more\n'],
  'a list': ['', '- an item with *some* `markup` in it\n'],
  'a numbered list': ['', '1. an item with *some* `markup` in it\n\n'],
  'a table': ['| a | b |\n|---|---|\n', '| a cell | *another* |\n'],
  'a list in a list': ['- one\n- two:\n', '  - an item with *some* `markup` in it\n'],
  'a fence in a list': ['1. one\n\n2. two:\n\n   ```js\n', '   const a = "<b>"; // more\n'],
  'fences in a list': ['', '1. one:\n\n   ```sh\n   x\n   ```\n\n'],
  'a fence that begins an item': ['- one\n- ```js\n', '  const a = "<b>"; // more\n'],
  'a fence after a heading in a list': ['- # one\n\n  ```js\n', '  const a = "<b>"; // more\n'],
  'a table in a list': ['- two:\n\n  | a | b |\n  |---|---|\n', '  | a cell | *another* |\n'],
};

for (const [name, [beginning, more]] of Object.entries(OPEN_BLOCKS)) {
  test(`a frame costs what it adds, however long ${name} is`, t => {
    const text = beginning + more.repeat(1000);
    const stream = new MarkdownStream(text);
    stream.append(more);
    const parse = t.mock.method(parser, 'parse').mock;
    const outline = t.mock.method(outliner, 'parse').mock;
    const pieces = (more.repeat(50).match(/.{1,3}/gs) ?? []).map(piece => ({
      piece,
      change: stream.append(piece),
    }));
    const parsed = [...parse.calls, ...outline.calls].map(call => call.arguments[0].length);
    assert.ok(parsed.length > pieces.length);
    assert.ok(Math.max(...parsed) < 4 * (beginning.length + more.length), `parsed ${Math.max(...parsed)}`);
    const longest = Math.max(
      ...pieces.map(({ change }) => change.edits.map(({ added }) => added).join('').length),
    );
    assert.ok(longest < 300, `a frame of ${longest}`);
  });
}

test('a frame that only adds to the last words is the addition', () => {
  const changeAfter = (text: string, piece: string) => new MarkdownStream(text).append(piece).edits;
  assert.deepEqual(changeAfter('Some te', 'xt'), [{ depth: 1, removed: 0, added: 'xt' }]);
  assert.deepEqual(changeAfter('- one\n- t', 'wo'), [{ depth: 3, removed: 0, added: 'wo' }]);
  assert.deepEqual(changeAfter('```\na < b\nc', ' &'), [{ depth: 3, removed: 0, added: ' &amp;' }]);
  assert.deepEqual(changeAfter('A **strong wo', 'rd').length, 1);
  assert.deepEqual(changeAfter('One.\n\n', 'Two'), [{ depth: 0, removed: 0, added: '<p>Two</p>\n' }]);
  assert.deepEqual(changeAfter('- a', '\n- b'), [{ depth: 1, removed: 0, added: '<li>\n<p>b</p>\n</li>\n' }]);
});

test('a frame that changes more leaves what is before it', () => {
  const changeAfter = (text: string, piece: string) => new MarkdownStream(text).append(piece).edits;
  assert.deepEqual(changeAfter('- one\n- a [b', '] c'), [
    { depth: 2, removed: 1, added: '<p>a [b] c</p>\n' },
  ]);
  assert.deepEqual(changeAfter('text', ' '), []);
});

test('a formula that changes is sent whole, since its parts are not HTML', () => {
  const [edit] = new MarkdownStream('\\[ a b \\]').append('.').edits;
  assert.match(edit?.added ?? '', /^<math .*<\/math>$/);
});

test('a frame is drawn from the open tail alone, however long the text is', t => {
  const paragraph = 'A paragraph with *some* `markup` in it.\n\n';
  const stream = new MarkdownStream(paragraph.repeat(1000), paragraph.length * 1000);
  const parse = t.mock.method(parser, 'parse').mock;
  const outline = t.mock.method(outliner, 'parse').mock;
  for (let count = 0; count < 100; count++) stream.append(paragraph);
  const parsed = [...parse.calls, ...outline.calls].map(call => call.arguments[0].length);
  assert.ok(parsed.length >= 100);
  assert.ok(Math.max(...parsed) < paragraph.length * 2);
});

test('a table that markdown-it ends for its missing cells ends in the stream too', () => {
  const head = `|${' a |'.repeat(700)}\n|${'---|'.repeat(700)}\n`;
  const [, last] = framesOf([`${head}${'|\n'.repeat(92)}`, '|\n|\n']);
  assert.ok(last);
  assertDrawn(last);
  assert.match(last.shown, /<\/table><\/div><p>/);
});
