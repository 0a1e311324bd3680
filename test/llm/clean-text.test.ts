import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CleanText } from '../../src/llm/clean-text.ts';

test('newlines of every kind become LF', () => {
  assert.equal(cleaned('a\r\nb\rc\nd\r\r\ne'), 'a\nb\nc\nd\n\ne');
});

test('a CRLF cut in two becomes one newline', () => {
  const text = new CleanText();
  assert.equal(text.push('a\r'), 'a');
  assert.equal(text.push('\nb'), '\nb');
});

test('a CR at the very end becomes a newline', () => {
  assert.equal(cleaned('a\r'), 'a\n');
});

test('a surrogate pair is never split', () => {
  const text = new CleanText();
  assert.equal(text.push('a\ud83d'), 'a');
  assert.equal(text.push('\ude00b'), '\u{1f600}b');
});

test('half characters without their other half become replacement characters', () => {
  assert.equal(cleaned('a\ud83d', 'b\ude00'), 'a\ufffdb\ufffd');
  assert.equal(cleaned('a\ud83d'), 'a\ufffd');
});

test('NUL is left out, also between a CR and its LF', () => {
  assert.equal(cleaned('a\0b\r', '\0', '\nc'), 'ab\nc');
});

test('however a text is cut, it comes out the same', () => {
  const character = fc.constantFrom('a', '\r', '\n', '\0', '\ud83d', '\ude00', 'é');
  fc.assert(
    fc.property(fc.array(fc.array(character).map(characters => characters.join(''))), pieces => {
      assert.equal(cleaned(...pieces), cleaned(pieces.join('')));
    }),
  );
});

function cleaned(...pieces: readonly string[]): string {
  const text = new CleanText();
  return pieces.map(piece => text.push(piece)).join('') + text.end();
}
