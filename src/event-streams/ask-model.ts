import type { Dependencies } from '../dependencies.ts';
import type { ReplyEvent } from '../llm/model.ts';
import type { Bot } from '../schema.ts';
import type { HistoryMessage } from './events.ts';

/**
 * What the model is given to begin with where nobody has asked yet, so that the bot greets; and before such a greeting,
 * since many models want turns that alternate and begin with the user's.
 */
const GREETING: HistoryMessage = { role: 'user', content: 'Hello!' };

/** Asks the model for a bot's reply to what is said so far. @throws UpstreamFault as the model does */
export function askModel(
  { model }: Pick<Dependencies, 'model'>,
  { instructions }: Bot,
  history: readonly HistoryMessage[],
  signal: AbortSignal,
): AsyncIterable<ReplyEvent> {
  const said = history[0]?.role === 'user' ? history : [GREETING, ...history];
  return model.reply({ messages: [{ role: 'system', content: instructions }, ...said] }, signal);
}
