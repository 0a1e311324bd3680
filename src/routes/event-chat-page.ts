import type { FastifyInstance } from 'fastify';
import type { Dependencies } from '../dependencies.ts';
import { textQuery } from '../http/schemas.ts';
import { userOf } from '../http/sessions.ts';
import { findBot, listBots } from '../models/bot.ts';
import { DEFAULT_BOT_ID } from '../models/built-in-bots.ts';
import type { Message } from '../models/message.ts';
import type { Bot } from '../schema.ts';
import { surroundings } from './chat-page.ts';

/** The chat by event streams: a page that asks `/chat` and shows what comes, and saves nothing. */
export function eventChatRoutes(app: FastifyInstance, deps: Dependencies): void {
  app.get<{ Querystring: { bot?: string } }>(
    '/sse',
    { schema: { querystring: textQuery('bot') } },
    async (request, reply) => {
      const { id: userId } = userOf(request);
      const bots = await listBots(deps.db, userId);
      const bot = await findBot(deps.db, userId, request.query.bot ?? DEFAULT_BOT_ID);
      return reply.view('event-streams/chat', {
        ...(await surroundings(deps, userId)),
        bots,
        bot,
        blanks: blankMessages(bot),
      });
    },
  );
}

/** What the page's messages are made of, by name: every state that one can be in, drawn without a text. */
function blankMessages(bot: Bot): Readonly<Record<string, BlankMessage>> {
  const question = { ...EMPTY, role: 'user', status: 'complete' } as const;
  const reply = {
    ...EMPTY,
    role: 'assistant',
    bot_name: bot.name,
    bot_emoji: bot.emoji,
    bot_colour: bot.colour,
  } as const;
  return {
    question,
    pending: { ...reply, status: 'pending' },
    complete: { ...reply, status: 'complete' },
    stopped: { ...reply, status: 'stopped' },
    interrupted: { ...reply, status: 'interrupted', note: NOTE },
    failed: { ...reply, status: 'failed', note: NOTE },
  };
}

/** The page puts the sentence in its place. */
const NOTE = '…';

const EMPTY = {
  id: 'blank',
  version: 0,
  content: '',
  reasoning: '',
  settled_length: 0,
  note: null,
  bot_name: null,
  bot_emoji: null,
  bot_colour: null,
  versions: { place: 1, count: 1, previous: undefined, next: undefined },
} as const;

/** As much of a message as its partial draws. */
type BlankMessage = Pick<Message, keyof typeof EMPTY | 'role' | 'status'>;
