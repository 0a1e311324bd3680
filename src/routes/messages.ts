import { randomUUIDv7 } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ask } from '../chat/ask.ts';
import type { Dependencies } from '../dependencies.ts';
import { NotFound, Refusal } from '../errors.ts';
import { type AskBody, askBody, type IdParams, idParams, isId } from '../http/schemas.ts';
import { userOf } from '../http/sessions.ts';
import { builtInBots } from '../models/built-in-bots.ts';
import { findConversation } from '../models/conversation.ts';
import { sendTurboStream, wantsTurboStream } from '../turbo/negotiation.ts';
import { turboStream } from '../turbo/turbo-stream.ts';
import { renderPartial } from '../views.ts';
import { composerFor, type Draft, showConversation, showNewConversation } from './chat-page.ts';

/** The two forms that ask: in a conversation, and to start one. What they cannot take they show again. */
export function messageRoutes(app: FastifyInstance, deps: Dependencies): void {
  app.post<{ Params: IdParams; Body: AskBody }>(
    '/conversations/:id/messages',
    { schema: { params: idParams, body: askBody } },
    async (request, reply) => {
      const conversation = await findConversation(deps.db, userOf(request).id, request.params.id);
      try {
        await app.limitAsking(request, reply);
        const { steps } = await ask(deps, {
          ...questionFrom(request, conversation.bot_id),
          conversationId: conversation.id,
        });
        if (!wantsTurboStream(request)) return reply.redirect(`/conversations/${conversation.id}`, 303);
        const composer = await composerStream(conversation, { botId: request.body.bot });
        return sendTurboStream(reply, `${steps ?? turboStream({ action: 'catch_up' })}${composer}`);
      } catch (error) {
        const draft = draftFrom(request, error);
        reply.code(draft.status);
        if (wantsTurboStream(request))
          return sendTurboStream(reply, await composerStream(conversation, draft));
        return showConversation(deps, reply, { userId: userOf(request).id, id: conversation.id }, draft);
      }
    },
  );

  app.post<{ Body: AskBody }>('/conversations', { schema: { body: askBody } }, async (request, reply) => {
    try {
      await app.limitAsking(request, reply);
      const { conversationId } = await ask(deps, questionFrom(request, FIRST_BOT));
      return reply.redirect(`/conversations/${conversationId}`, 303);
    } catch (error) {
      const draft = draftFrom(request, error);
      reply.code(draft.status);
      if (wantsTurboStream(request)) return sendTurboStream(reply, await composerStream(undefined, draft));
      return showNewConversation(deps, reply, { userId: userOf(request).id }, draft);
    }
  });

  async function composerStream(
    conversation: { readonly id: string; readonly bot_id: string } | undefined,
    draft: Draft,
  ): Promise<string> {
    const composer = await composerFor(deps, conversation, draft);
    const html = renderPartial('messages/composer', { composer });
    return turboStream({ action: 'replace', target: 'composer', method: 'morph', html });
  }
}

const FIRST_BOT = builtInBots[0]?.id ?? '';

function questionFrom(request: FastifyRequest<{ Body: AskBody }>, defaultBot: string) {
  const { id = randomUUIDv7(), bot = defaultBot, content = '' } = request.body;
  if (!isId(id)) throw new NotFound('There is no such form.');
  return { id, botId: bot, content, userId: userOf(request).id };
}

/** What the form is to show again. @throws what is not about the form's content */
function draftFrom(request: FastifyRequest<{ Body: AskBody }>, error: unknown): Draft & { status: number } {
  if (!(error instanceof Refusal) || error instanceof NotFound) throw error;
  const { bot, content } = request.body;
  return { botId: bot, content, error: error.message, status: error.status };
}
