import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerTo } from '../../../src/llm/demo/answer.ts';
import type { ChatMessage } from '../../../src/llm/exchange.ts';
import { builtInBots } from '../../../src/models/built-in-bots.ts';

const VOICES = {
  ChatBot: /Ask on|rather have it shorter|my suggestion/,
  BelleBot: /sugar|darlin'|bless|mama/i,
  PirateBot: /\b(arr|ye|matey)\b/i,
};

test('each bot answers in its own voice', () => {
  for (const [bot, voice] of Object.entries(VOICES)) assert.match(answer('What is love?', bot), voice);
  assert.doesNotMatch(answer('What is love?', 'ChatBot'), /\barr\b|sugar/i);
});

test('a first answer says in full that it is a demo, and how to connect a model', () => {
  for (const { id } of builtInBots) {
    const text = answer('What is love?', id);
    assert.match(text, /demo\*\*/);
    for (const word of ['.env', 'OPENAI_API_KEY', 'OPENAI_BASE_URL=http://127.0.0.1:11434/v1', 'Ollama']) {
      assert.ok(text.includes(word), word);
    }
  }
});

test('later answers say so in one line', () => {
  const later = answerTo([...conversation('What is love?'), said('…'), asked('And hate?')]);
  assert.match(later, /demo model.*OPENAI_API_KEY/);
  assert.doesNotMatch(later, /11434/);
});

test('the question is taken up', () => {
  assert.match(answer('Could you please explain photosynthesis?'), /photosynthesis/);
  assert.match(answer('Give me a list of 3 tips for growing tomatoes, please.'), /"growing tomatoes"/);
});

test('a list has as many points as were asked for', () => {
  const points = (text: string) => text.match(/^\d+\. /gm)?.length;
  assert.equal(points(answer('Give me a list of 3 tips for growing tomatoes.')), 3);
  assert.equal(points(answer('Seven ideas for a rainy Sunday')), 7);
  assert.equal(points(answer('How do I learn the guitar?')), 5);
});

test('a comparison is a table of the two', () => {
  assert.match(
    answer('Compare cats and dogs in a table'),
    /^\| {2}\| cats \| dogs \|\n\| --- \| --- \| --- \|$/m,
  );
  assert.match(answer('TypeScript vs. JavaScript'), /^\| {2}\| TypeScript \| JavaScript \|$/m);
  assert.match(answer('Make a table of the planets'), /^\| {2}\| the planets \|/m);
});

test('code comes in the language that was asked for', () => {
  assert.match(answer('Write a python function that counts words'), /^```python\n[\s\S]+?\n```$/m);
  assert.match(answer('Write a function that groups things'), /^```typescript\n/m);
});

test('something long is long, and about what was asked', () => {
  const story = answer('Tell me a long story about a lighthouse', 'PirateBot');
  assert.ok(story.length > 2500);
  assert.match(story, /^# .*a lighthouse$/m);
});

test('a greeting is greeted, thanks are taken, sums are worked out', () => {
  assert.match(answer('Hello there!'), /^(Hello|Hi)/);
  assert.match(answer('Ahoy!', 'PirateBot'), /^A(hoy|rr)/);
  assert.match(answer('Thank you!'), /^(You're welcome|Gladly)/);
  assert.match(answer('What is 6 * 7?'), /6 × 7 = 42/);
});

test('a joke is told, and whoever asks for help is told what to try', () => {
  assert.match(answer('Tell me a joke', 'PirateBot'), /years at C|buck an ear/);
  assert.match(answer('What can you do?'), /a long story|list, a table/);
});

test('openings and closings are chosen independently', () => {
  const words = [
    'love',
    'time',
    'music',
    'salt',
    'rain',
    'luck',
    'jazz',
    'tea',
    'snow',
    'ink',
    'rust',
    'fog',
  ];
  const frames = words.map(word => {
    const paragraphs = answer(`What is ${word}?`).replaceAll(word, '').split('\n\n---')[0]?.split('\n\n');
    return `${paragraphs?.at(0)} … ${paragraphs?.at(-1)}`;
  });
  assert.ok(new Set(frames).size > 3);
});

test('the same conversation has the same answer; another question or turn may have another', () => {
  assert.equal(answer('What is love?'), answer('What is love?'));
  const answers = ['love', 'time', 'music', 'salt', 'rain', 'luck'].map(word =>
    answer(`What is ${word}?`).replaceAll(word, ''),
  );
  assert.ok(new Set(answers).size > 2);
});

test('an answer that has begun is continued where it stopped', () => {
  const whole = answer('What is love?');
  const begun = whole.slice(0, 40);
  assert.equal(begun + answerTo([...conversation('What is love?'), said(begun)]), whole);
});

test('whatever is asked, nothing of the pieces shows', () => {
  const odd = [
    '',
    '   ',
    '👋',
    '{topic}',
    '| a | b |',
    '?!',
    'x'.repeat(5000),
    'list',
    'table',
    '# code',
    '1 / 0 = ?',
  ];
  for (const question of odd) {
    for (const { id } of builtInBots) {
      const text = answer(question, id);
      assert.ok(text.length > 100 && text.isWellFormed(), question);
      assert.doesNotMatch(text, /\{(topic|sum)\}|undefined|NaN/, question);
    }
  }
});

function answer(question: string, bot = 'ChatBot'): string {
  return answerTo(conversation(question, bot));
}

function conversation(question: string, bot = 'ChatBot'): ChatMessage[] {
  const instructions = builtInBots.find(({ id }) => id === bot)?.instructions ?? '';
  return [{ role: 'system', content: instructions }, asked(question)];
}

function asked(content: string): ChatMessage {
  return { role: 'user', content };
}

function said(content: string): ChatMessage {
  return { role: 'assistant', content };
}
