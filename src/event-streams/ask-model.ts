import type { Dependencies } from '../dependencies.ts';
import type { ReplyEvent } from '../llm/model.ts';
import { wishesOf } from '../models/bot.ts';
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
  bot: Bot,
  history: readonly HistoryMessage[],
  signal: AbortSignal,
): AsyncIterable<ReplyEvent> {
  const said = history[0]?.role === 'user' ? history : [GREETING, ...history];
  const messages = [{ role: 'system' as const, content: bot.instructions }, ...said];
  return model.reply({ messages, ...wishesOf(bot) }, signal);
}
