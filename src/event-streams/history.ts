import { cleanQuestion } from '../chat/question-text.ts';
import { Invalid } from '../errors.ts';
import { CleanText } from '../llm/clean-text.ts';
import type { HistoryMessage } from './events.ts';

/** In UTF-16 code units, of all messages together; a question may have no more than everywhere. */
const MOST_CHARACTERS = 400_000;
const MOST_MESSAGES = 1_000;
const NO_LIST = '"messages" must be a list as JSON, such as [{"role":"user","content":"Hello"}].';

/**
 * Reads the `messages` of a chat, which may be JSON as text. Nothing, or an empty list, is a conversation without words.
 * @throws Invalid
 */
export function readHistory(given: unknown): HistoryMessage[] {
  const messages = typeof given === 'string' ? parse(given || '[]') : (given ?? []);
  if (!Array.isArray(messages)) throw new Invalid(NO_LIST);
  if (messages.length > MOST_MESSAGES) throw tooMuch(`${messages.length} messages`, MOST_MESSAGES);
  const history = messages.map(readMessage);
  const length = history.reduce((sum, { content }) => sum + content.length, 0);
  if (length > MOST_CHARACTERS) throw tooMuch(`${length.toLocaleString('en')} characters`, MOST_CHARACTERS);
  if (history.at(-1)?.role === 'assistant')
    throw new Invalid('The last of the "messages" must be a user\'s.');
  return history;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Invalid(NO_LIST);
  }
}

function readMessage(message: unknown, place: number): HistoryMessage {
  const { role, content }: { role?: unknown; content?: unknown } = Object(message);
  if (role !== 'user' && role !== 'assistant') {
    throw new Invalid(
      `Message ${place + 1} must have the role "user" or "assistant"; a bot has its own instructions.`,
    );
  }
  if (typeof content !== 'string' || !content.trim()) throw new Invalid(`Message ${place + 1} has no text.`);
  return { role, content: role === 'user' ? cleanQuestion(content) : clean(content) };
}

function clean(reply: string): string {
  const text = new CleanText();
  return text.push(reply) + text.end();
}

function tooMuch(given: string, most: number): Invalid {
  return new Invalid(`The conversation has ${given}; ${most.toLocaleString('en')} is the most that fits.`);
}
