import assert from 'node:assert/strict';
import test from 'node:test';
import { turboStream } from '../../src/turbo/turbo-stream.ts';

test('a stream has its action, its target and its HTML in a template', () => {
  assert.equal(
    turboStream({ action: 'append', target: 'messages', html: '<p>Hello</p>' }),
    '<turbo-stream action="append" target="messages"><template><p>Hello</p></template></turbo-stream>',
  );
});

test('a step says what it changes, from which version to which', () => {
  assert.equal(
    turboStream({
      action: 'update',
      target: 'message_7_open',
      step: { of: 'message_7', from: 2.5, version: 3 },
      html: '',
    }),
    '<turbo-stream action="update" target="message_7_open" data-of="message_7" data-from="2.5" data-version="3"><template></template></turbo-stream>',
  );
});

test('a step from version 0 says so, and one that brings the thing whole has no such version', () => {
  const step = { of: 'messages', version: 1 };
  assert.match(
    turboStream({ action: 'prepend', target: 'messages', step: { ...step, from: 0 }, html: '' }),
    /data-from="0"/,
  );
  assert.doesNotMatch(
    turboStream({ action: 'replace', target: 'messages', method: 'morph', step, html: '' }),
    /data-from/,
  );
});

test('a stream without HTML has no template', () => {
  assert.equal(turboStream({ action: 'refresh' }), '<turbo-stream action="refresh"></turbo-stream>');
});

test('what stands in an attribute cannot leave it', () => {
  const hostile = `"><script>alert('1')</script>&amp;`;
  const escaped = '&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;';
  assert.equal(
    turboStream({ action: 'remove', target: hostile, step: { of: hostile, version: 1 } }),
    `<turbo-stream action="remove" target="${escaped}" data-of="${escaped}" data-version="1"></turbo-stream>`,
  );
});
