import type { FastifyInstance } from 'fastify';
import { cleanQuestion } from '../chat/question-text.ts';
import { revise } from '../chat/revise.ts';
import type { Dependencies } from '../dependencies.ts';
import { Deleted, NotFound } from '../errors.ts';
import { type AskBody, askBody, type IdParams, idParams } from '../http/schemas.ts';
import { userOf } from '../http/sessions.ts';
import { findConversation } from '../models/conversation.ts';
import { findNewestReply, findQuestion } from '../models/message.ts';
import { sendTurboStream, wantsTurboStream } from '../turbo/negotiation.ts';
import { answerWithSteps } from './answer-with-steps.ts';
import { formId } from './ask-from.ts';
import { showConversation } from './chat-page.ts';
import { composerStream, showAgain } from './composer-answers.ts';

/** A question that is asked again in other words: the form, which takes the place of the one that asks, and its post. */
export function revisionRoutes(app: FastifyInstance, deps: Dependencies): void {
  app.get<{ Params: IdParams }>(
    '/messages/:id/revision',
    { schema: { params: idParams } },
    async (request, reply) => {
      const { id: userId } = userOf(request);
      const { id, content, conversation_id } = await findQuestion(deps.db, userId, request.params.id);
      const answered = await findNewestReply(deps.db, id);
      const draft = { content, revises: id, botId: answered?.bot_id ?? undefined };
      if (!wantsTurboStream(request))
        return await showConversation(deps, reply, { userId, id: conversation_id }, draft);
      const conversation = await findConversation(deps.db, userId, conversation_id);
      return sendTurboStream(reply, await composerStream(deps, request, conversation, draft));
    },
  );

  app.post<{ Params: IdParams; Body: AskBody }>(
    '/messages/:id/revision',
    { schema: { params: idParams, body: askBody } },
    async (request, reply) => {
      const { id: userId } = userOf(request);
      const original = await findQuestion(deps.db, userId, request.params.id).catch((error: unknown) => {
        throw error instanceof NotFound ? new Deleted('This question was deleted.') : error;
      });
      const conversation = await findConversation(deps.db, userId, original.conversation_id);
      try {
        const { bot: botId = conversation.bot_id, content = '' } = request.body;
        const words = { id: formId(request), content: cleanQuestion(content) };
        await app.limitAsking(request, reply);
        const revised = await revise(
          { ...deps, log: request.log },
          { ...words, userId, botId, messageId: original.id },
        );
        const freshComposer = () => composerStream(deps, request, conversation, { botId });
        return await answerWithSteps(deps, request, reply, revised, freshComposer);
      } catch (error) {
        return await showAgain(deps, request, reply, error, conversation, original.id);
      }
    },
  );
}
