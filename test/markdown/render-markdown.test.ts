import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { renderMarkdown } from '../../src/markdown/render-markdown.ts';
import { streamedDocuments } from './streamed-documents.ts';

const LINK = 'target="_blank" rel="noopener noreferrer nofollow"';

/** What follows the words of a link that do not say where it leads. */
function hostOf(host: string): string {
  return `<span class="link-host"> ${host}</span>`;
}

/** What stands in a paragraph of its own. */
function inline(text: string): string {
  return renderMarkdown(text).replace(/^<p>(.*)<\/p>\n$/s, '$1');
}

const HOSTILE = [
  '<script>alert(1)</script>',
  '<SCRIPT SRC=//evil.example/x.js></SCRIPT>',
  '<img src=x onerror=alert(1)>',
  '<svg/onload=alert(1)>',
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<a href="javascript:alert(1)">x</a>',
  '<style>body{display:none}</style>',
  '</template></turbo-stream><turbo-stream action="remove" target="messages"></turbo-stream>',
  '</code></pre></div><script>alert(1)</script>',
  '<!-- --><![CDATA[<script>alert(1)</script>]]><?php alert(1) ?>',
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x](  javascript:alert(1))',
  '[x](<java\tscript:alert(1)>)',
  '[x](<\u0001javascript:alert(1)>)',
  '[x](javascript&colon;alert(1))',
  '[x](&#106;avascript&#58;alert(1))',
  '[x](&#x6A;avascript:alert(1))',
  '[x](java&Tab;script:alert(1))',
  '[x](javascript%3Aalert(1))',
  '[x](\\javascript:alert(1))',
  '[x](vbscript:msgbox(1))',
  '[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)',
  '[x](data:image/svg+xml,<svg/onload=alert(1)>)',
  '[x](file:///etc/passwd)',
  '[x](view-source:javascript:alert(1))',
  '[x](blob:https://example.com/1)',
  '[x](//evil.example)',
  '[x](\\\\\\\\evil.example)',
  '[x](https:evil)',
  '[x](/cable)',
  '[x](?delete=1)',
  '[x](#messages)',
  '[x]()',
  '[x][y]\n\n[y]: javascript:alert(1)',
  '[x][y]\n\n[y]: /relative',
  '<javascript:alert(1)>',
  '<data:text/html,x>',
  'javascript:alert(1) //evil.example ftp://evil.example',
  '![x](javascript:alert(1))',
  '![x](data:image/png;base64,iVBORw0KGgo=)',
  '![x](/messages/1)',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '`<script>alert(1)</script>`',
  '```html\n<script>alert(1)</script>\n```',
  '    <script>alert(1)</script>',
  '``` "><script>alert(1)</script>\n```',
  '```" onmouseover="alert(1)\n```',
  '| <script> |\n|---|\n| <img src=x onerror=alert(1)> |',
  '# <script>alert(1)</script>',
];

for (const text of HOSTILE) {
  test(`no link, no image and no script comes of ${JSON.stringify(text)}`, () => {
    const html = renderMarkdown(text);
    assert.doesNotMatch(html, /<(?:a|img|script|style|iframe|svg|template|turbo-stream)\b/i);
    assert.doesNotMatch(html, /<[^>]*\son\w+\s*=/i);
  });
}

/** Everything that may stand between "<" and ">" in a reply. */
const MARKUP = [
  /\/?(?:p|h[3-6]|em|strong|s|ul|ol|li|blockquote|table|thead|tbody|tr|header|span)/,
  /hr|br|ol start="\d+"|\/div|\/pre|\/code|pre|code|\/a|\/button|\/t[hd]/,
  /t[hd](?: class="align-(?:left|center|right)")?/,
  /a href="(?:https?:\/\/|mailto:)[^"<>]*"(?: title="[^"<>]*")? target="_blank" rel="noopener noreferrer nofollow"/,
  /div class="table" role="group" aria-label="Table" tabindex="0"/,
  /div class="code" data-controller="copy"|button type="button" data-action="copy#copy"/,
  /code(?: class="language-[\w.+#-]+")? data-copy-target="source"/,
  /span class="(?:hljs-[\w -]+|language-\w+|link-host|math math--(?:inline|display))"/,
  /li class="task"|\/?label|input type="checkbox" disabled=""(?: checked="")?/,
  /div class="math" role="group" aria-label="Formula" tabindex="0"/,
  /\/?m(?:ath|row|i|n|o|text|space|frac|sqrt|root|su[bp]|subsup|under|over|underover|padded|phantom|style|table|t[rd])(?: [a-z]+="[\w .%+-]*")*/,
];
const ALLOWED = new RegExp(`<(?:${MARKUP.map(({ source }) => source).join('|')})>`, 'gi');

test('whatever the text, only known elements with known attributes come of it', () => {
  const property = fc.property(streamedDocuments, pieces => {
    assert.doesNotMatch(renderMarkdown(pieces.join('')).replace(ALLOWED, ''), /[<>]/);
  });
  fc.assert(property, { numRuns: 1000 });
});

test('a link opens elsewhere and tells nobody where it was', () => {
  const html = inline('[**here**](https://example.com/a?b=1&c=2 "A \\"title\\"")');
  const title = 'title="A &quot;title&quot;"';
  assert.equal(
    html,
    `<a href="https://example.com/a?b=1&amp;c=2" ${title} ${LINK}><strong>here</strong>${hostOf('example.com')}</a>`,
  );
});

test('a link says where it leads, unless its words say it', () => {
  assert.match(
    inline('[docs](https://www.example.com:81/a)'),
    />docs<span class="link-host"> example\.com:81<\/span><\/a>$/,
  );
  assert.match(inline('[xn--80ak6aa92e.com is not apple.com](https://аррӏе.com)'), /apple\.com<\/a>$/);
  assert.match(
    inline('[аррӏе.com](https://аррӏе.com)'),
    /<span class="link-host"> xn--80ak6aa92e\.com<\/span>/,
  );
  assert.match(inline('[bank.example](https://bank.example@evil.example)'), /> evil\.example<\/span>/);
  assert.match(inline('[Write](mailto:me@example.com?subject=Hi)'), /> me@example\.com<\/span>/);
  assert.match(inline('[The *Example.com* page](https://example.com/a)'), /<\/em> page<\/a>$/);
});

test('a plain address is a link, and what only looks like one is not', () => {
  const html = inline('https://example.com/a_b_c, README.md, www.example.com and me@example.com');
  const link = `<a href="https://example.com/a_b_c" ${LINK}>https://example.com/a_b_c</a>`;
  assert.equal(html, `${link}, README.md, www.example.com and me@example.com`);
});

test('an address in angle brackets is a link, also to mail', () => {
  assert.equal(inline('<me@example.com>'), `<a href="mailto:me@example.com" ${LINK}>me@example.com</a>`);
});

test('a link that leads nowhere safe leaves its words', () => {
  assert.equal(inline('See [the *next* part](#next).'), 'See the <em>next</em> part.');
});

test('a link inside a link is text', () => {
  assert.equal(
    inline('[a <https://b.example> c](https://d.example)'),
    `<a href="https://d.example" ${LINK}>a https://b.example c${hostOf('d.example')}</a>`,
  );
  assert.equal(
    inline('[a <https://b.example> c](/d)'),
    `a <a href="https://b.example" ${LINK}>https://b.example</a> c`,
  );
});

test('an image is a link with its description, or its host where it has none', () => {
  const address = 'https://img.example/cat.png';
  assert.equal(
    inline(`![a *cat* &amp;\nmore](${address})`),
    `<a href="${address}" ${LINK}>a cat &amp; more${hostOf('img.example')}</a>`,
  );
  assert.equal(inline(`![](${address})`), `<a href="${address}" ${LINK}>img.example</a>`);
});

test('an image inside a link is the words of that link', () => {
  assert.equal(
    inline('[![build](https://a.example/b.svg)](https://c.example)'),
    `<a href="https://c.example" ${LINK}>build${hostOf('c.example')}</a>`,
  );
});

test('an image that is no address is only its description', () => {
  assert.equal(inline('![a dot](data:image/png;base64,iVBORw0KGgo=) ![](/x)'), 'a dot Image');
});

test('headings start below those of the page', () => {
  const html = renderMarkdown('# a\n## b\n### c\n#### d\n##### e\n###### f\n\ng\n===\n');
  assert.equal(
    html.replaceAll('\n', ''),
    '<h3>a</h3><h4>b</h4><h5>c</h5><h6>d</h6><h6>e</h6><h6>f</h6><h3>g</h3>',
  );
});

test('a line ends where the model ended it', () => {
  assert.equal(inline('roses\nviolets'), 'roses<br>\nviolets');
});

test('~~two tildes~~ strike through', () => {
  assert.equal(inline('~~two tildes~~'), '<s>two tildes</s>');
});

test('a list keeps its first number', () => {
  assert.match(renderMarkdown('7. seven\n8. eight'), /^<ol start="7">/);
});

test('code has its language and a button before it, so that its text is the last element', () => {
  const header =
    '<header><span>c++</span><button type="button" data-action="copy#copy">Copy</button></header>';
  const code = '<pre><code class="language-c++" data-copy-target="source">\na &lt; b;</code></pre>';
  const html = renderMarkdown('```c++ title="x"\n\na < b;\n```');
  assert.equal(html, `<div class="code" data-controller="copy">${header}${code}</div>\n`);
});

for (const language of ['"><b>', 'a'.repeat(40), 'é', '{.ts}', '&quot;', '-x', 'a/b']) {
  test(`${JSON.stringify(language)} is not taken for a language`, () => {
    const html = renderMarkdown(`~~~ ${language}\ncode\n~~~`);
    assert.match(html, /<span><\/span>.*<pre><code data-copy-target="source">code/);
  });
}

test('code of a known language is highlighted once its fence is closed', () => {
  const highlighted =
    '<span class="hljs-keyword">let</span> a = <span class="hljs-string">&quot;&lt;\'b&gt;&quot;</span>;';
  const code = 'let a = "<\'b>";';
  assert.ok(renderMarkdown(`\`\`\`js\n${code}\n\`\`\``).includes(`source">${highlighted}</code>`));
  assert.ok(renderMarkdown(`- > ~~~ TS\n  > ${code}\n  > ~~~`).includes(highlighted));
  const plain = 'source">let a = &quot;&lt;\'b&gt;&quot;;';
  for (const text of [`\`\`\`js\n${code}`, `\`\`\`klingon\n${code}\n\`\`\``, `\`\`\`\n${code}\n\`\`\``])
    assert.ok(renderMarkdown(text).replace('&#39;', "'").includes(plain), text);
});

test('very long code stays plain', () => {
  assert.doesNotMatch(renderMarkdown(`\`\`\`js\n${'let a;\n'.repeat(10_000)}\`\`\``), /hljs/);
});

test('an item that begins with a box is a task, labelled by its text', () => {
  const html = renderMarkdown('- [ ] buy *milk*\n- [x] pay\n\n1. [X] go\n');
  assert.match(
    html,
    /<li class="task">\n<p><label><input type="checkbox" disabled="">buy <em>milk<\/em><\/label><\/p>/,
  );
  assert.match(html, /<label><input type="checkbox" disabled="" checked="">pay<\/label>/);
  assert.match(html, /<ol>\n<li class="task">\n<p><label><input type="checkbox" disabled="" checked="">go/);
});

test('what only looks like a task stays text', () => {
  const html = renderMarkdown('- [x](https://example.com) a\n- [x]\n- [ ]b\n- \\[x] c\n- a [x] d\n\n[x] e');
  assert.doesNotMatch(html, /checkbox/);
});

test('indented code is drawn like fenced code', () => {
  assert.equal(renderMarkdown('    a\n\n    b'), renderMarkdown('```\na\n\nb\n```'));
});

test('a table scrolls in a box of its own, and aligns by classes', () => {
  const html = renderMarkdown('| a | b |\n|:-:|--:|\n| 1 | 2 |');
  assert.match(html, /^<div class="table" role="group" aria-label="Table" tabindex="0"><table>\n/);
  assert.match(html, /<th class="align-center">a<\/th>\n<th class="align-right">b<\/th>/);
  assert.match(html, /<td class="align-center">1<\/td>/);
  assert.match(html, /<\/table><\/div>\n$/);
  assert.doesNotMatch(html, /style/);
});

test('nothing comes of nothing', () => {
  assert.equal(renderMarkdown(''), '');
  assert.equal(renderMarkdown(' \n\t\n'), '');
});

/** Generous, for a busy machine: each of these takes less than 100 ms. */
const LABORIOUS_LIMIT_MS = 2000;

/** Texts that make careless parsers take the square of their length. */
const LABORIOUS = {
  'open brackets': '['.repeat(20_000),
  'open images': '!['.repeat(10_000),
  'open links': '[a]('.repeat(5_000),
  asterisks: '*a **a '.repeat(4_000),
  backticks: Array.from({ length: 200 }, (_, length) => '`'.repeat(length)).join(' '),
  'nested quotes': `${'> '.repeat(10_000)}a`,
  'nested lists': Array.from({ length: 200 }, (_, depth) => `${'  '.repeat(depth)}- a`).join('\n'),
  'one very long word': 'x'.repeat(200_000),
  'one very long address': `https://example.com/${'x'.repeat(100_000)}`,
  'open angle brackets': '<a '.repeat(10_000),
  entities: '&amp'.repeat(10_000),
  'half definitions': '[a]: b "\n'.repeat(2_000),
  dollars: '$a '.repeat(20_000),
  'open formulas': '\\(a '.repeat(10_000),
  'lines of open formulas': '$$ a\n'.repeat(10_000),
  'nested TeX': `$${'\\frac{'.repeat(250)}$ `.repeat(20),
  'macros that unfold': '$\\def\\a{\\b\\b}\\def\\b{\\c\\c}\\def\\c{\\a\\a}\\a$ '.repeat(100),
  'code that is hard to highlight': `\`\`\`shell\n${`${'${'.repeat(20)}\n`.repeat(1000)}\`\`\`\n`,
  'one very long word in code': `\`\`\`java\n${'x'.repeat(49_000)}\n\`\`\`\n`,
  'table pipes': `${'|a'.repeat(2_000)}|\n${'|-'.repeat(2_000)}|\n`,
};

for (const [name, text] of Object.entries(LABORIOUS)) {
  test(`${name} are drawn in a time that grows with their length`, () => {
    const start = performance.now();
    renderMarkdown(text);
    assert.ok(performance.now() - start < LABORIOUS_LIMIT_MS);
  });
}
