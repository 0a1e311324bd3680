import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { renameConversation } from '../chat/rename-conversation.ts';
import type { Dependencies } from '../dependencies.ts';
import { Invalid } from '../errors.ts';
import { type IdParams, idParams, type TitleBody, titleBody } from '../http/schemas.ts';
import { userOf } from '../http/sessions.ts';
import { sendTurboStream, wantsTurboStream } from '../turbo/negotiation.ts';
import { turboStream } from '../turbo/turbo-stream.ts';
import { renderPartial } from '../views.ts';
import { answerWithSteps } from './answer-with-steps.ts';
import { conversationPage } from './chat-page.ts';

type TitleRequest = FastifyRequest<{ Params: IdParams; Body: TitleBody }>;

/** The titles of conversations. One that cannot be taken is shown again. */
export function titleRoutes(app: FastifyInstance, deps: Dependencies): void {
  app.post<{ Params: IdParams; Body: TitleBody }>(
    '/conversations/:id/title',
    { schema: { params: idParams, body: titleBody } },
    async (request, reply) => {
      const { id: conversationId } = request.params;
      const renaming = { userId: userOf(request).id, conversationId, title: request.body?.title ?? '' };
      try {
        return await answerWithSteps(deps, request, reply, await renameConversation(deps, renaming));
      } catch (error) {
        if (!(error instanceof Invalid)) throw error;
        return await showAgain(request, reply.code(error.status), error);
      }
    },
  );

  async function showAgain(request: TitleRequest, reply: FastifyReply, error: Invalid) {
    const { id } = request.params;
    const refusedTitle = { title: request.body?.title ?? '', sentence: error.message };
    if (!wantsTurboStream(request)) {
      const page = await conversationPage(deps, { userId: userOf(request).id, id });
      return reply.view('conversations/show', { ...page, refusedTitle });
    }
    const html = renderPartial('conversations/title', { conversation: { id }, refusedTitle });
    return sendTurboStream(reply, turboStream({ action: 'replace', target: 'title', method: 'morph', html }));
  }
}
