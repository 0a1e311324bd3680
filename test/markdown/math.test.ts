import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderMarkdown } from '../../src/markdown/render-markdown.ts';

const X = '<math><msup><mi>x</mi><mn class="tml-sml-pad">2</mn></msup></math>';
const DISPLAYED_X = X.replace('<math>', '<math display="block" class="tml-display">');
const BLOCK = `<div class="math" role="group" aria-label="Formula" tabindex="0">${DISPLAYED_X}</div>\n`;

const INLINE = {
  'Let $x^2$ be': X,
  'Let \\(x^2\\) be': X,
  'Let $$x^2$$ be': DISPLAYED_X,
  'Let \\[x^2\\] be': DISPLAYED_X,
};

for (const [text, mathml] of Object.entries(INLINE)) {
  test(`the formula in ${JSON.stringify(text)} is drawn within its text`, () => {
    const manner = mathml === X ? 'inline' : 'display';
    assert.equal(renderMarkdown(text), `<p>Let <span class="math math--${manner}">${mathml}</span> be</p>\n`);
  });
}

const BLOCKS = ['$$x^2$$', '\\[x^2\\]', '$$\nx^2\n$$', '\\[\nx^2\n\\]', '\\[ x\n^2 \\]  '];

for (const text of BLOCKS) {
  test(`${JSON.stringify(text)} is a block, also between lines of text, in lists and in quotes`, () => {
    assert.equal(renderMarkdown(text), BLOCK);
    assert.equal(renderMarkdown(`Text:\n${text}\nmore`), `<p>Text:</p>\n${BLOCK}<p>more</p>\n`);
    assert.ok(renderMarkdown(`1. a\n\n   ${text.replaceAll('\n', '\n   ')}`).includes(BLOCK));
    assert.ok(renderMarkdown(`> a\n> ${text.replaceAll('\n', '\n> ')}`).includes(BLOCK));
  });
}

for (const text of ['the $x^2$th', '设$x^2$为实数', 'a $x^2$D grid']) {
  test(`the formula in ${JSON.stringify(text)} has letters around it`, () => {
    assert.match(renderMarkdown(text), /<math/);
  });
}

test('the lines of a formula are TeX, whatever they look like', () => {
  const html = renderMarkdown('$$\na\n- b\n+ c\n=\n> d\ne | f\n$$');
  assert.match(html, /^<div class="math"[^>]*><math.*<\/math><\/div>\n$/);
});

const TEXT = [
  'it costs $5 and $10',
  'from $5-$10, or US$3',
  'a $ b $',
  'in $HOME/$USER and $PATH:$HOME/bin',
  '$x',
  '\\$x$',
  '$$x',
  '\\(x',
  '$\\nosuchcommand$',
  '$\\frac{$',
  `$${'x'.repeat(3000)}$`,
  '$a\nb$',
];

for (const text of TEXT) {
  test(`${JSON.stringify(text.slice(0, 40))} stays text`, () => {
    assert.doesNotMatch(renderMarkdown(text), /<math/);
  });
}

test('a formula in code is code', () => {
  assert.doesNotMatch(renderMarkdown('`$x$`\n\n```\n$$x$$\n```\n\n    $x$'), /<math/);
});

test('a formula that is not understood, or never closed, is shown as it was written', () => {
  assert.equal(renderMarkdown('$$\n\\frac{<b>\n$$'), '<p>$$<br>\n\\frac{&lt;b&gt;<br>\n$$</p>\n');
  assert.equal(renderMarkdown('$$\na *b*\n- c\n\nNext'), '<p>$$<br>\na *b*<br>\n- c</p>\n<p>Next</p>\n');
  assert.equal(renderMarkdown('a $\\nosuch{<b>}$'), '<p>a $\\nosuch{&lt;b&gt;}$</p>\n');
});

const HOSTILE = [
  '\\label{messages}\\ref{messages}',
  '\\begin{equation}\\label{messages}x\\end{equation}',
  '\\href{javascript:alert(1)}{x}',
  '\\includegraphics{https://example.com/a.png}',
  '\\class{message}{x}',
  '\\style{position:fixed}{x}',
  '\\kern-900em x',
  '\\raisebox{900em}{x}',
  '\\rule[-900em]{900em}{900em}',
  '\\color{red}x\\colorbox{red}{x}',
  '\\text{<img src=x onerror=alert(1)>}',
];

for (const tex of HOSTILE) {
  test(`neither links, ids, styles nor monstrous sizes come of ${tex}`, () => {
    const html = renderMarkdown(`a $${tex}$ b\n\n$$${tex}$$`);
    assert.doesNotMatch(html, /<(?:a|img)\b|<[^>]*\s(?:id|style|href|on\w+)=|<[^>]*900em/);
  });
}

test('the lines of an array and a box are drawn by classes', () => {
  const html = renderMarkdown('$$\\begin{array}{c|c} \\hline a & b \\end{array}$$ $\\boxed{x}$');
  assert.match(html, /<mtd class="[^"]*line-top line-right"/);
  assert.match(html, /<mrow [^>]*class="boxed"/);
});
