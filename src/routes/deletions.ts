import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { deleteConversation } from '../chat/delete-conversation.ts';
import { restoreConversation } from '../chat/restore-conversation.ts';
import type { Dependencies } from '../dependencies.ts';
import { NotFound } from '../errors.ts';
import { type IdParams, idParams, type RestorationBody, restorationBody } from '../http/schemas.ts';
import { isListPage, isPageOf, sentFrom } from '../http/sent-from.ts';
import { userOf } from '../http/sessions.ts';
import { sendTurboStream, wantsTurboStream } from '../turbo/negotiation.ts';
import { renderPartial } from '../views.ts';
import { answerWithSteps } from './answer-with-steps.ts';
import { offering, offerStream, undoStream } from './undo-offers.ts';

/** Conversations are deleted, and restored, which the next page or the answer offers. */
export function deletionRoutes(app: FastifyInstance, deps: Dependencies): void {
  app.post<{ Params: IdParams }>(
    '/conversations/:id/deletion',
    { schema: { params: idParams } },
    async (request, reply) => {
      const { id } = request.params;
      const deleted = await deleteConversation(
        { ...deps, log: request.log },
        { userId: userOf(request).id, conversationId: id },
      );
      const page = sentFrom(request);
      if (page === undefined || mayBeGone(page, id)) return reply.redirect(offering('/', 'deleted', id), 303);
      if (!wantsTurboStream(request) || isListPage(page))
        return reply.redirect(offering(page, 'deleted', id), 303);
      const offer = async () => offerStream('deleted', { ...deleted, id });
      return await answerWithSteps(deps, request, reply, deleted, offer);
    },
  );

  app.post<{ Params: IdParams; Body: RestorationBody }>(
    '/conversations/:id/restoration',
    { schema: { params: idParams, body: restorationBody } },
    async (request, reply) => {
      const { id: conversationId } = request.params;
      const restored = await restoreConversation(deps, { userId: userOf(request).id, conversationId }).catch(
        (error: unknown) => (error instanceof NotFound ? undefined : Promise.reject(error)),
      );
      if (!restored) return tooLate(request, reply);
      if (request.body?.show) return reply.redirect(`/conversations/${conversationId}`, 303);
      const steps = undoStream('') + (restored.steps ?? '');
      return await answerWithSteps(deps, request, reply, { conversationId, steps });
    },
  );
}

/** On a page that may have no other place to say so, in that of the offer. */
function tooLate(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const sentence = 'It is too late to undo.';
  if (!wantsTurboStream(request)) throw new NotFound(sentence);
  return sendTurboStream(reply.code(404), undoStream(renderPartial('conversations/too-late', { sentence })));
}

/** What a page shows of a message may have been the conversation's. */
function mayBeGone(page: string, id: string): boolean {
  return isPageOf(page, id) || page.startsWith('/messages/');
}
