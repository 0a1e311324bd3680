import { estimateTokens } from '../llm/estimate-tokens.ts';
import type { MessageRow } from '../schema.ts';

/** What was said, oldest first. */
type Said = Pick<MessageRow, 'role' | 'content'>;

export interface Budget {
  /** How much the model can have before it, its own reply included. */
  readonly contextTokens: number;
  /** The most that it may write, if that is set. */
  readonly replyTokens: number | undefined;
  /** What it is given before anything else, always. */
  readonly instructions: string;
}

/** What is kept free for a reply whose length is not set, of all that the model can have before it, and at most. */
const REPLY_SHARE = 1 / 4;
const MOST_REPLY_TOKENS = 16_000;
/** However long the reply may be, this much is the conversation's. */
const LEAST_CONVERSATION_SHARE = 1 / 4;
/** The marks around a message: 3 or 4 with OpenAI (its cookbook on counting tokens), up to twice as many elsewhere. */
const MESSAGE_TOKENS = 8;

/**
 * The newest part of the conversation that fits into the model's context beside its instructions and its reply. It begins
 * with a question, since the templates of many models want that, and holds at least the last question and what follows.
 */
export function newestThatFit<Message extends Said>(
  said: readonly Message[],
  budget: Budget,
): readonly Message[] {
  const room = roomIn(budget);
  let start = said.findLastIndex(({ role }) => role === 'user');
  let taken = 0;
  for (let index = said.length - 1; index >= 0; index--) {
    const message = said[index];
    taken += tokensOf(message?.content ?? '');
    if (taken > room) break;
    if (message?.role === 'user') start = Math.min(start, index);
  }
  return said.slice(Math.max(0, start));
}

function roomIn({ contextTokens, replyTokens, instructions }: Budget): number {
  const reply = replyTokens ?? Math.min(contextTokens * REPLY_SHARE, MOST_REPLY_TOKENS);
  const besideReply = Math.max(contextTokens - reply, contextTokens * LEAST_CONVERSATION_SHARE);
  return besideReply - tokensOf(instructions);
}

function tokensOf(content: string): number {
  return MESSAGE_TOKENS + estimateTokens(content);
}
