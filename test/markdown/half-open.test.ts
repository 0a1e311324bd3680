import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderStreamed } from '../../src/markdown/markdown-stream.ts';

/** What a text that grows is drawn as. */
const DRAWN = {
  'a **bol': '<p>a <strong>bol</strong></p>\n',
  'a **bold*': '<p>a <strong>bold</strong></p>\n',
  'a *it': '<p>a <em>it</em></p>\n',
  'a ***x** y': '<p>a <em><strong>x</strong> y</em></p>\n',
  'a ~~x~': '<p>a <s>x</s></p>\n',
  'a `cod': '<p>a <code>cod</code></p>\n',
  'a ``cod`e`': '<p>a <code>cod`e</code></p>\n',
  '**a `b': '<p><strong>a <code>b</code></strong></p>\n',
  'a **': '<p>a </p>\n',
  'a `': '<p>a </p>\n',
  'a \\': '<p>a </p>\n',
  'a [words': '<p>a words</p>\n',
  'a [words](htt': '<p>a words</p>\n',
  'a [*words](https://example.com/a_(b': '<p>a <em>words</em></p>\n',
  'a [words](https://example.com "tit': '<p>a words</p>\n',
  'a ![alt](htt': '<p>a alt</p>\n',
  'a [![alt](htt': '<p>a alt</p>\n',
  '# a **b': '<h3>a <strong>b</strong></h3>\n',
  '> a **b': '<blockquote>\n<p>a <strong>b</strong></p>\n</blockquote>\n',
  'text\n-': '<p>text</p>\n',
  'text\n---': '<p>text</p>\n',
  'text\n\n**': '<p>text</p>\n',
  'text\n\n```j': '<p>text</p>\n',
  'text\n\n| a | b': '<p>text</p>\n<p></p>\n',
  'text\n\n| a | b |\n|--': '<p>text</p>\n<p></p>\n',
};

for (const [text, html] of Object.entries(DRAWN)) {
  test(`a text that goes on after ${JSON.stringify(text)} does not show signs that will go`, () => {
    assert.equal(renderStreamed(text, 0), html);
  });
}

const AS_IT_IS = [
  'snake_case and 2 * 3',
  '5 * 3 = 15',
  'see [1] and',
  '\\*a',
  'a * b',
  '~5',
  'an array[0] of',
];

for (const text of AS_IT_IS) {
  test(`${JSON.stringify(text)} is drawn as it is`, () => {
    assert.equal(renderStreamed(text, 0), `<p>${text.replace('\\', '')}</p>\n`);
  });
}

test('a formula that is open is plain text', () => {
  assert.equal(renderStreamed('a \\(x_1 * y_', 0), '<p>a \\(x_1 * y_</p>\n');
  assert.equal(
    renderStreamed('a $\\mathbf{x}_i + \\mathbf{y}_', 0),
    '<p>a $\\mathbf{x}_i + \\mathbf{y}_</p>\n',
  );
  assert.equal(renderStreamed('a $5 **b', 0), '<p>a $5 <strong>b</strong></p>\n');
  assert.equal(renderStreamed('$$\nx\n- *y', 0), '<p>$$<br>\nx<br>\n- *y</p>\n');
});

test('what has settled is drawn as it is', () => {
  assert.equal(
    renderStreamed('a **b\n\nc **d', 'a **b\n\n'.length),
    '<p>a **b</p>\n<p>c <strong>d</strong></p>\n',
  );
});

test('the row of a table that is being written ends with its words, and a complete one has all of its cells', () => {
  const head = '| a | b | c |\n|---|---|---|\n';
  const cellsOf = (rows: string) => renderStreamed(head + rows, 0).match(/<td>.*?<\/td>/g);
  assert.deepEqual(cellsOf('| 1'), ['<td>1</td>']);
  assert.deepEqual(cellsOf('| 1 | 2'), ['<td>1</td>', '<td>2</td>']);
  assert.deepEqual(cellsOf('| 1 |\n'), ['<td>1</td>', '<td></td>', '<td></td>']);
  assert.equal(cellsOf('| 1 |\n| 2')?.length, 4);
  assert.equal(cellsOf('| 1')?.length, 1);
});
