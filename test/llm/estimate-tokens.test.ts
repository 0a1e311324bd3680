import assert from 'node:assert/strict';
import { test } from 'node:test';
import { estimateTokens, mostCharacters } from '../../src/llm/estimate-tokens.ts';

/** What the worst of `cl100k_base`, `o200k_base` and Llama 3's tokenizer takes for each, as measured with them. */
const MEASURED = {
  'All human beings are born free and equal in dignity and rights.': 13,
  'Alle Menschen sind frei und gleich an Würde und Rechten geboren.': 16,
  '今天天气很好，我们去公园散步吧。': 20,
  '吾輩は猫である。名前はまだ無い。': 21,
  'Все счастливые семьи похожи друг на друга.': 22,
  'const total = items.reduce((sum, item) => sum + item.price, 0);': 19,
  '| 2026-11-21 | 17.3 | 18.1 |': 19,
  '```ts\nexport default {};\n```': 7,
};

test('tokens are rather counted too many than too few, but not twice as many', () => {
  for (const [text, tokens] of Object.entries(MEASURED)) {
    const estimate = estimateTokens(text);
    assert.ok(estimate >= tokens && estimate < 2 * tokens, `${text} ${estimate}`);
  }
});

test('a Chinese character counts more than a Latin letter, and nothing counts nothing', () => {
  assert.ok(estimateTokens('天'.repeat(100)) > 3 * estimateTokens('a'.repeat(100)));
  assert.equal(estimateTokens(''), 0);
});

test('a text with more characters than there can be takes more tokens', () => {
  for (const character of ['a', '1', 'ä', '天', '😀']) {
    assert.ok(estimateTokens(character.repeat(mostCharacters(300) + 10)) > 300, character);
  }
});
