import type { FastifyInstance } from 'fastify';
import { earlierMessageSteps } from '../chat/earlier-messages.ts';
import type { Dependencies } from '../dependencies.ts';
import { type IdParams, idParams, textQuery } from '../http/schemas.ts';
import { userOf } from '../http/sessions.ts';
import { findConversation } from '../models/conversation.ts';
import { sendTurboStream, wantsTurboStream } from '../turbo/negotiation.ts';

/** What was said before the oldest message that a page shows, for those that put it above. */
export function earlierMessageRoutes(app: FastifyInstance, { db }: Pick<Dependencies, 'db'>): void {
  app.get<{ Params: IdParams; Querystring: { before?: string } }>(
    '/conversations/:id/messages',
    { schema: { params: idParams, querystring: textQuery('before') } },
    async (request, reply) => {
      const { before } = request.query;
      const [userId, conversationId] = [userOf(request).id, request.params.id];
      if (wantsTurboStream(request))
        return sendTurboStream(reply, await earlierMessageSteps(db, { userId, conversationId, before }));
      const { id } = await findConversation(db, userId, conversationId);
      return reply.redirect(`/conversations/${id}`);
    },
  );
}
