import type { FastifyInstance } from 'fastify';
import type { Dependencies } from '../dependencies.ts';
import { type AskBody, askBody, type IdParams, idParams } from '../http/schemas.ts';
import { userOf } from '../http/sessions.ts';
import { findConversation } from '../models/conversation.ts';
import { sendTurboStream, wantsTurboStream } from '../turbo/negotiation.ts';
import { answerWithSteps } from './answer-with-steps.ts';
import { askFrom } from './ask-from.ts';
import { composerStream, showAgain } from './composer-answers.ts';
import { pathToConversation } from './path-to-conversation.ts';

/** The two forms that ask: in a conversation, and to start one. What they cannot take they show again. */
export function messageRoutes(app: FastifyInstance, deps: Dependencies): void {
  app.post<{ Params: IdParams; Body: AskBody }>(
    '/conversations/:id/messages',
    { schema: { params: idParams, body: askBody } },
    async (request, reply) => {
      const conversation = await findConversation(deps.db, userOf(request).id, request.params.id);
      try {
        const asked = await askFrom(app, deps, request, reply, conversation);
        const freshComposer = () =>
          composerStream(deps, request, conversation, { botId: request.body.bot }, 'morph');
        return await answerWithSteps(deps, request, reply, asked, freshComposer);
      } catch (error) {
        return await showAgain(deps, request, reply, error, conversation);
      }
    },
  );

  app.post<{ Body: AskBody }>('/conversations', { schema: { body: askBody } }, async (request, reply) => {
    try {
      const { conversationId } = await askFrom(app, deps, request, reply);
      return reply.redirect(await pathToConversation(deps, request, conversationId), 303);
    } catch (error) {
      return await showAgain(deps, request, reply, error);
    }
  });

  /** The form for a new question, in place of one that was to change another. */
  app.get<{ Params: IdParams }>(
    '/conversations/:id/messages/new',
    { schema: { params: idParams } },
    async (request, reply) => {
      const conversation = await findConversation(deps.db, userOf(request).id, request.params.id);
      if (!wantsTurboStream(request)) return reply.redirect(`/conversations/${conversation.id}`);
      return sendTurboStream(reply, await composerStream(deps, request, conversation));
    },
  );
}
