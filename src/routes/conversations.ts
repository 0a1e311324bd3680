import type { FastifyInstance } from 'fastify';
import { deleteConversation } from '../chat/delete-conversation.ts';
import type { Dependencies } from '../dependencies.ts';
import { type DeletionBody, deletionBody, type IdParams, idParams, textQuery } from '../http/schemas.ts';
import { userOf } from '../http/sessions.ts';
import { listConversations } from '../models/conversation.ts';
import { sendTurboStream, wantsTurboStream } from '../turbo/negotiation.ts';
import { turboStream } from '../turbo/turbo-stream.ts';
import { showConversation, showNewConversation } from './chat-page.ts';

/** Conversations: read and delete. */
export function conversationRoutes(app: FastifyInstance, deps: Dependencies): void {
  app.get('/', async (request, reply) => {
    const { id: userId } = userOf(request);
    const [newest] = await listConversations(deps.db, userId);
    if (newest) return reply.redirect(`/conversations/${newest.id}`);
    return showNewConversation(deps, reply, { userId });
  });

  app.get<{ Querystring: { bot?: string } }>(
    '/conversations/new',
    { schema: { querystring: textQuery('bot') } },
    async (request, reply) =>
      showNewConversation(deps, reply, { userId: userOf(request).id, bot: request.query.bot }),
  );

  app.get<{ Params: IdParams; Querystring: { from?: string } }>(
    '/conversations/:id',
    { schema: { params: idParams, querystring: textQuery('from') } },
    async (request, reply) =>
      showConversation(deps, reply, {
        userId: userOf(request).id,
        id: request.params.id,
        from: request.query.from,
      }),
  );

  app.post<{ Params: IdParams; Body: DeletionBody }>(
    '/conversations/:id/deletion',
    { schema: { params: idParams, body: deletionBody } },
    async (request, reply) => {
      const { id } = request.params;
      await deleteConversation(deps, { userId: userOf(request).id, conversationId: id });
      const shown = request.body?.shown;
      if (!shown || shown === id) return reply.redirect('/', 303);
      if (!wantsTurboStream(request)) return reply.redirect(`/conversations/${shown}`, 303);
      return sendTurboStream(reply, turboStream({ action: 'remove', target: `conversation_${id}` }));
    },
  );
}
