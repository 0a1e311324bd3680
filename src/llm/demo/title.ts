import type { ChatMessage } from '../exchange.ts';
import { topicOf, type Wish, wishIn } from './question.ts';
import { sumIn } from './sum.ts';

/** Whether the model is to name a conversation: its instructions say so. */
export function asksForTitle([instructions]: readonly ChatMessage[]): boolean {
  return instructions?.role === 'system' && /^You name conversations\b/.test(instructions.content);
}

/** A title for the conversation that begins with the question between the tags: what it is about. */
export function titleOf(beginning: string): string {
  const question = /<question>\n(.*)\n<\/question>/s.exec(beginning)?.[1] ?? beginning;
  const title = TITLES[wishIn(question)] ?? sumIn(question) ?? topicOf(question).replace(ASKING, '');
  return title.replace(/^\p{Ll}/u, letter => letter.toUpperCase());
}

/** A title is no question. */
const ASKING = /^how (to|(do|can|could|should|would) (i|you|we|one)) /i;

/** For questions that are about nothing but their wish. */
const TITLES: Partial<Record<Wish, string>> = {
  greeting: 'First hello',
  thanks: 'A word of thanks',
  self: 'Getting to know each other',
  joke: 'Something to laugh about',
};
