import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MarkdownStream } from '../../src/markdown/markdown-stream.ts';
import { renderMarkdown } from '../../src/markdown/render-markdown.ts';
import { SettledText } from '../../src/markdown/settled-text.ts';
import { streamedDocuments } from './streamed-documents.ts';

test('what has settled is, each time, the beginning of the whole text', () => {
  fc.assert(
    fc.property(streamedDocuments, pieces => {
      const stream = new MarkdownStream();
      const settled = new SettledText();
      let [content, html] = ['', ''];
      for (const piece of pieces) {
        content += piece;
        html += settled.draw(content, stream.append(piece).settledLength);
      }
      assert.equal(settled.html, html);
      assert.ok(renderMarkdown(content).startsWith(html));
    }),
  );
});

test('a definition reaches what settles with it or later', () => {
  const settled = new SettledText();
  const [before, definition, after] = ['[a] before\n\n', '[a]: https://example.com\n\n', '[a] after\n\n'];
  assert.doesNotMatch(settled.draw(before, before.length), /href/);
  settled.draw(before + definition, before.length + definition.length);
  const content = before + definition + after;
  assert.match(settled.draw(content, content.length), /href="https:\/\/example.com"/);
});
