import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type BotForm, INKS, InvalidBot, readBotForm } from '../../src/chat/bot-form.ts';

const FORM: BotForm = {
  name: 'Quill',
  tagline: '',
  colour: 'violet',
  emoji: '',
  instructions: 'You are Quill.',
  model: '',
  temperature: '',
  max_tokens: '',
  starters: '',
};

test('a form is read as the bot that it means', () => {
  const bot = readBotForm({
    ...FORM,
    name: '  Quill\r\n the  editor ',
    emoji: '👩🏽‍🏫',
    instructions: 'Two\r\nlines\0',
    temperature: '0,7',
    max_tokens: '500',
    starters: '\r\n  One \r\n\r\nTwo\r\n',
  });
  assert.deepEqual(bot, {
    name: 'Quill the editor',
    tagline: '',
    colour: 'violet',
    emoji: '👩🏽‍🏫',
    instructions: 'Two\nlines',
    model: null,
    temperature: 0.7,
    max_tokens: 500,
    starters: 'One\nTwo',
  });
});

test('what is left empty is left to the settings and the server', () => {
  const { emoji, model, temperature, max_tokens } = readBotForm(FORM);
  assert.deepEqual([emoji, model, temperature, max_tokens], [null, null, null, null]);
});

test('a temperature of 0 is one', () => {
  assert.equal(readBotForm({ ...FORM, temperature: '0' }).temperature, 0);
});

for (const [text, tokens] of [
  ['1,000', 1000],
  ['1.000', 1000],
  ['12\u{202F}345', 12_345],
] as const) {
  test(`${JSON.stringify(text)} is ${tokens} tokens`, () => {
    assert.equal(readBotForm({ ...FORM, max_tokens: text }).max_tokens, tokens);
  });
}

for (const emoji of ['❤', '❤️', '🇺🇦', '1️⃣', '🏴‍☠️', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', 'Q', 'e\u0301', 'ж', '∑']) {
  test(`${emoji} is the mark of a bot`, () => {
    assert.equal(readBotForm({ ...FORM, emoji }).emoji, emoji);
  });
}

test('a name keeps the characters that join its letters', () => {
  assert.equal(readBotForm({ ...FORM, name: 'می\u200Cخواهم' }).name, 'می\u200Cخواهم');
});

for (const [field, text, says] of [
  ['name', ' ', /needs a name/],
  ['name', '\u200B\u2060\u3164', /needs a name/],
  ['name', 'n'.repeat(41), /at most 40/],
  ['tagline', 't'.repeat(101), /at most 100/],
  ['colour', 'mauve', /one of the colours/],
  ['emoji', 'AB', /one/],
  ['emoji', `e${'\u0301'.repeat(40)}`, /one/],
  ['emoji', `e${'\u0301'.repeat(2)}`, /one/],
  ['emoji', `👻${'\u0301'.repeat(2)}`, /one/],
  ['emoji', '\u3164', /one/],
  ['emoji', '\u200D', /one/],
  ['instructions', '\r\n', /who the bot is/],
  ['instructions', 'i'.repeat(20_001), /20,000/],
  ['model', 'm'.repeat(201), /200/],
  ['temperature', '2.1', /0 to 2/],
  ['temperature', 'warm', /0 to 2/],
  ['temperature', '0x1', /0 to 2/],
  ['temperature', '1e0', /0 to 2/],
  ['max_tokens', '0', /from 1/],
  ['max_tokens', '0x1', /from 1/],
  ['max_tokens', '1e3', /from 1/],
  ['max_tokens', '1,0', /from 1/],
  ['max_tokens', '1.5', /whole/],
  ['max_tokens', '1e9', /from 1/],
  ['starters', '1\n2\n3\n4\n5\n6\n7', /At most 6/],
  ['starters', 's'.repeat(201), /200/],
] as const) {
  test(`${JSON.stringify(text.slice(0, 20))} is refused as ${field}, with a sentence of its own`, () => {
    assert.throws(
      () => readBotForm({ ...FORM, [field]: text }),
      (error: unknown) => {
        assert.ok(error instanceof InvalidBot);
        assert.deepEqual(Object.keys(error.problems), [field]);
        assert.match(error.problems[field] ?? '', says);
        return true;
      },
    );
  });
}

test('every colour that is offered has its ink', () => {
  const tokens = readFileSync(new URL('../../assets/styles/tokens.css', import.meta.url), 'utf8');
  const inks = new Set(Array.from(tokens.matchAll(/\.ink-(\w+),\n:is/g), ([, ink]) => ink));
  assert.deepEqual(inks, new Set<string>(INKS));
});
