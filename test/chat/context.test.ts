import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { type Budget, newestThatFit } from '../../src/chat/context.ts';
import { estimateTokens } from '../../src/llm/estimate-tokens.ts';

const said = fc.array(
  fc.record({
    role: fc.constantFrom('user' as const, 'assistant' as const),
    content: fc.string({ minLength: 1, maxLength: 2_000, unit: 'grapheme' }),
  }),
);
/** Where everything begins with a question, as every conversation does. */
const conversation = said.map(messages => [{ role: 'user' as const, content: 'Hello' }, ...messages]);
const budget: fc.Arbitrary<Budget> = fc.record({
  contextTokens: fc.integer({ min: 500, max: 20_000 }),
  replyTokens: fc.option(fc.integer({ min: 1, max: 30_000 }), { nil: undefined }),
  instructions: fc.string({ maxLength: 1_000 }),
});

function tokensIn(messages: readonly { readonly content: string }[]): number {
  return messages.reduce((sum, { content }) => sum + estimateTokens(content), 0);
}

test('what the model is given is the end of the conversation, whole, from a question on', () => {
  fc.assert(
    fc.property(conversation, budget, (messages, budget) => {
      const given = newestThatFit(messages, budget);
      assert.deepEqual(given, messages.slice(messages.length - given.length));
      assert.equal(given[0]?.role, 'user');
    }),
  );
});

test('it fits beside instructions and reply, unless the last question alone is too much', () => {
  fc.assert(
    fc.property(conversation, budget, (messages, budget) => {
      const given = newestThatFit(messages, budget);
      const questions = given.filter(({ role }) => role === 'user').length;
      const reply = Math.min(budget.replyTokens ?? budget.contextTokens / 4, (budget.contextTokens * 3) / 4);
      const all = tokensIn(given) + estimateTokens(budget.instructions);
      assert.ok(questions === 1 || all <= budget.contextTokens - reply);
    }),
  );
});

test('no more is left out than has to be', () => {
  fc.assert(
    fc.property(conversation, budget, (messages, { instructions }) => {
      const enough = {
        instructions,
        replyTokens: 100,
        contextTokens: 2 * (tokensIn(messages) + 10 * messages.length + 5_000),
      };
      assert.equal(newestThatFit(messages, enough).length, messages.length);
    }),
  );
});

test('a pair that does not fit by one token is left out, and so is all before it', () => {
  const words = 'x'.repeat(3_306); // with the marks around it a message of 1,000 tokens
  assert.equal(estimateTokens(words), 992);
  const pair = [
    { role: 'user', content: words },
    { role: 'assistant', content: words },
  ] as const;
  const messages = Array.from({ length: 50 }, () => pair).flat();
  const given = (contextTokens: number) =>
    newestThatFit(messages, { contextTokens, replyTokens: 1_000, instructions: '' }).length;
  assert.equal(given(11_008), 10);
  assert.equal(given(11_007), 8);
  assert.equal(given(500), 2);
});
