import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanTitle, titleByModel } from '../../src/chat/title.ts';

test('a model’s title loses what models like to put around it', () => {
  const answers = {
    '"Growing Tomatoes"': 'Growing Tomatoes',
    '**Growing tomatoes.**': 'Growing tomatoes',
    '# Title: Growing tomatoes\n\nSome more.': 'Growing tomatoes',
    '<think>Hm.\nTomatoes?</think>\n\n„Tomaten ziehen“': 'Tomaten ziehen',
    '「トマトの育て方」。': 'トマトの育て方',
    '- _Growing_  ': 'Growing',
  };
  for (const [answer, title] of Object.entries(answers)) assert.equal(titleByModel(answer), title);
});

test('a model’s title keeps what belongs to it', () => {
  for (const title of [
    'What is snake_case?',
    'Node.js vs. Deno',
    'Wait…',
    'It’s "fine" here',
    '2001: A Space Odyssey',
  ]) {
    assert.equal(titleByModel(title), title);
  }
});

test('an answer that is no title gives none', () => {
  for (const answer of ['', ' \n ', '***', '“”', '\u200B', '<think>and no end', 'Far too long '.repeat(20)]) {
    assert.equal(titleByModel(answer), undefined);
  }
});

test('a title of nothing that can be seen is refused', () => {
  for (const text of ['', ' \u200B\u2060 ', '\u3164']) assert.throws(() => cleanTitle(text), /needs a title/);
});
