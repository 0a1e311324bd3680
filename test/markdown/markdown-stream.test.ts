import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MarkdownStream, renderSplit } from '../../src/markdown/markdown-stream.ts';
import { outliner, parser } from '../../src/markdown/parser.ts';
import { renderMarkdown } from '../../src/markdown/render-markdown.ts';
import { framesOf } from './stream-frames.ts';

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
      for (const frame of framesOf(pieces))
        assert.equal(frame.allSettled + frame.open, renderMarkdown(frame.text));
    }
  });
}

test('a definition reaches the blocks after it, also when it settled long before', () => {
  const frames = framesOf(['[site]: https://example.com\n\n', 'Text.\n\n', 'See [site].\n\n', 'And [site]']);
  const link = renderMarkdown('See [site].\n\n[site]: https://example.com');
  assert.equal(frames[2]?.settled, link);
  assert.match(frames[3]?.open ?? '', /href="https:\/\/example\.com"/);
});

test('a definition that is still growing is not yet remembered', () => {
  const [, last] = framesOf(['[site]: https://exam', 'ple.com\n\nSee [site]']);
  assert.match(last?.open ?? '', /href="https:\/\/example\.com"/);
});

test('a link before its definition stays text while the reply is written, and is a link in the finished reply', () => {
  const pieces = ['See [site].\n\n', 'Text.\n\n', '[site]: https://example.com\n'];
  const frames = framesOf(pieces);
  const last = frames.at(-1);
  assert.equal(last?.allSettled, '<p>See [site].</p>\n<p>Text.</p>\n');
  const { settled } = renderSplit(pieces.join(''), pieces.join('').length);
  assert.match(settled, /^<p>See <a href="https:\/\/example\.com"/);
});

test('a line break that is cut in half is one line break', () => {
  const frames = framesOf(['a\r', '\nb\r\n\r', '\nc']);
  assert.equal(frames[0]?.settledLength, 0);
  assert.equal(frames.at(-1)?.settledLength, 'a\r\nb\r\n'.length);
});

test('a frame is drawn from the open tail alone, however long the text is', t => {
  const paragraph = 'A paragraph with *some* `markup` in it.\n\n';
  const stream = new MarkdownStream(paragraph.repeat(1000), paragraph.length * 1000);
  const render = t.mock.method(parser, 'render').mock;
  const outline = t.mock.method(outliner, 'parse').mock;
  for (let count = 0; count < 100; count++) stream.append(paragraph);
  const parsed = [...render.calls, ...outline.calls].map(call => call.arguments[0].length);
  assert.ok(parsed.length >= 100);
  assert.ok(Math.max(...parsed) < paragraph.length * 2);
});
