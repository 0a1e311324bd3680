import assert from 'node:assert/strict';
import test from 'node:test';
import { factsOf } from '../src/message-facts.ts';

const NOTHING = {
  bot_name: null,
  model: null,
  prompt_tokens: null,
  completion_tokens: null,
  started_at: null,
  finished_at: null,
};

test('what is known of a reply is told, in words', () => {
  const reply = {
    ...NOTHING,
    bot_name: 'ChatBot',
    model: 'a-model',
    prompt_tokens: 1234,
    completion_tokens: 50,
  };
  assert.deepEqual(factsOf({ ...reply, started_at: 1000, finished_at: 3500 }), [
    ['Bot', 'ChatBot'],
    ['Model', 'a-model'],
    ['Tokens read', '1,234'],
    ['Tokens written', '50'],
    ['Took', '2.5 s'],
    ['Speed', '20.0 tokens/s'],
  ]);
});

test('what is not known is left out', () => {
  assert.deepEqual(factsOf(NOTHING), []);
  assert.deepEqual(factsOf({ ...NOTHING, completion_tokens: 5 }), [['Tokens written', '5']]);
});

test('a long time is told in minutes', () => {
  const took = (ms: number) => factsOf({ ...NOTHING, started_at: 1, finished_at: 1 + ms })[0]?.[1];
  assert.equal(took(59_940), '59.9 s');
  assert.equal(took(59_960), '1 min 0 s');
  assert.equal(took(125_000), '2 min 5 s');
});
