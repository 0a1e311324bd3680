import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Dependencies } from '../dependencies.ts';
import { NotFound, Refusal } from '../errors.ts';
import { type AskBody, askBody, type IdParams, idParams } from '../http/schemas.ts';
import { userOf } from '../http/sessions.ts';
import { findConversation } from '../models/conversation.ts';
import type { Conversation } from '../schema.ts';
import { sendTurboStream, wantsTurboStream } from '../turbo/negotiation.ts';
import { turboStream } from '../turbo/turbo-stream.ts';
import { renderPartial } from '../views.ts';
import { answerWithSteps } from './answer-with-steps.ts';
import { type AskRequest, askFrom, draftFrom } from './ask-from.ts';
import { composerFor, type Draft, showConversation, showNewConversation } from './chat-page.ts';
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
        const freshComposer = () => composerStream(conversation, { botId: request.body.bot });
        return await answerWithSteps(deps, request, reply, asked, freshComposer);
      } catch (error) {
        return await showAgain(request, reply, error, conversation);
      }
    },
  );

  app.post<{ Body: AskBody }>('/conversations', { schema: { body: askBody } }, async (request, reply) => {
    try {
      const { conversationId } = await askFrom(app, deps, request, reply);
      return reply.redirect(await pathToConversation(deps, request, conversationId), 303);
    } catch (error) {
      return await showAgain(request, reply, error);
    }
  });

  /** @throws what is not about the form's content */
  async function showAgain(
    request: AskRequest,
    reply: FastifyReply,
    error: unknown,
    conversation?: Conversation,
  ) {
    if (!(error instanceof Refusal) || error instanceof NotFound) throw error;
    const draft = draftFrom(request, error);
    reply.code(error.status);
    if (wantsTurboStream(request)) return sendTurboStream(reply, await composerStream(conversation, draft));
    const { id: userId } = userOf(request);
    if (conversation) return await showConversation(deps, reply, { userId, id: conversation.id }, draft);
    return await showNewConversation(deps, reply, { userId }, draft);
  }

  async function composerStream(conversation: Conversation | undefined, draft: Draft): Promise<string> {
    const html = renderPartial('messages/composer', {
      composer: await composerFor(deps, conversation, draft),
    });
    return turboStream({ action: 'replace', target: 'composer', method: 'morph', html });
  }
}
