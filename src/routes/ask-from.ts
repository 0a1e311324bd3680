import { randomUUIDv7 } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ask } from '../chat/ask.ts';
import type { Announced } from '../chat/broadcasts.ts';
import { cleanQuestion } from '../chat/question-text.ts';
import type { Dependencies } from '../dependencies.ts';
import { Invalid, NotFound, type Refusal } from '../errors.ts';
import { type AskBody, isId } from '../http/schemas.ts';
import { userOf } from '../http/sessions.ts';
import { DEFAULT_BOT_ID } from '../models/built-in-bots.ts';
import type { Conversation } from '../schema.ts';
import type { Draft } from './chat-page.ts';

export type AskRequest = FastifyRequest<{ Body: AskBody }>;

/** Asks what a form asks, in the conversation or in a new one. @throws a Refusal */
export async function askFrom(
  app: FastifyInstance,
  deps: Pick<Dependencies, 'db' | 'broadcaster' | 'queue'>,
  request: AskRequest,
  reply: FastifyReply,
  conversation?: Conversation,
): Promise<Announced> {
  const { bot = conversation?.bot_id ?? DEFAULT_BOT_ID } = request.body;
  const id = formId(request);
  const question = { id, botId: bot, content: cleanQuestion(textOf(request)), userId: userOf(request).id };
  await app.limitAsking(request, reply);
  const own = { ...deps, log: request.log };
  return await ask(own, conversation ? { ...question, conversationId: conversation.id } : question);
}

/** The id of the message that the form makes; one without an id makes it as often as it is sent. @throws NotFound */
export function formId({ body: { id = randomUUIDv7() } }: AskRequest): string {
  if (!isId(id)) throw new NotFound('There is no such form.');
  return id;
}

/** What the form asks: the question that was offered and pressed, or what was typed. */
function textOf({ body: { starter, content = '' } }: AskRequest): string {
  return starter ?? content;
}

/** A form that only came at the wrong time keeps its id, so that it still asks once; another text is another question. */
export function draftFrom(request: AskRequest, error: Refusal): Draft {
  const { body } = request;
  const { status, message } = error;
  const id = error instanceof Invalid ? undefined : body.id;
  return { id, botId: body.bot, content: textOf(request), refusal: { status, message } };
}
